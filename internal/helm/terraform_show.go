package helm

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// shown is what terraform show -json prints of a state or a plan.
type shown struct {
	Values *struct {
		Root module `json:"root_module"`
	}
	PlannedValues *struct {
		Root module `json:"root_module"`
	} `json:"planned_values"`
	Changes []struct {
		Address string
		Change  struct {
			Unknown struct{ Values json.RawMessage } `json:"after_unknown"`
		}
	} `json:"resource_changes"`
}

type module struct {
	Resources []struct {
		Address, Type string
		Values        json.RawMessage
	}
	Modules []module `json:"child_modules"`
}

// shownRelease is a resource helm_release. What is not known before the plan is
// applied is nil.
type shownRelease struct {
	Name, Namespace, Chart, Version string
	Values                          []*string
	Set                             []shownSetting
	SetSensitive                    []shownSetting `json:"set_sensitive"`
	SetList                         []struct {
		Name  string
		Value []string
	} `json:"set_list"`
}

type shownSetting struct {
	Name  string
	Value *string
	Type  string
}

// isShown says whether a text is what terraform show -json prints.
func isShown(in []byte) bool {
	return strings.HasPrefix(string(in), "{") && strings.Contains(string(in[:min(len(in), 200)]), `"format_version"`)
}

var errShown = errors.New("is not a state or a plan as terraform show -json prints it: run terraform show -json")

// ofShown are the resources helm_release of a state or a plan.
func ofShown(in []byte) (out []declared, err error) {
	var s shown
	if json.Unmarshal(in, &s) != nil { // error dropped: it repeats values
		return nil, errShown
	}
	unknown := map[string]bool{}
	for _, c := range s.Changes {
		unknown[c.Address] = string(c.Change.Unknown.Values) == "true"
	}
	root := s.PlannedValues
	if root == nil {
		root = s.Values
	}
	if root == nil {
		return nil, errShown
	}
	var walk func(m module)
	walk = func(m module) {
		for _, r := range m.Resources {
			if r.Type != "helm_release" {
				continue
			}
			var v shownRelease
			if json.Unmarshal(r.Values, &v) != nil { // error dropped: it repeats values
				err = errShown
				return
			}
			d := v.declared(r.Address)
			if unknown[r.Address] {
				d.files = append(d.files, d.missed("values", notYet))
			}
			out = append(out, d)
		}
		for _, child := range m.Modules {
			walk(child)
		}
	}
	walk(root.Root)
	return out, err
}

const notYet = "is not known before the plan is applied: pass it with -f or --set"

func (v shownRelease) declared(address string) declared {
	d := declared{by: address, name: v.Name, namespace: v.Namespace, chart: v.Chart, version: v.Version}
	for i, text := range v.Values {
		part := "values" + tree.Index(i)
		if text == nil {
			d.files = append(d.files, d.missed(part, notYet))
		} else {
			d.takeText(part, *text)
		}
	}
	for _, set := range slices.Concat(v.Set, v.SetSensitive) {
		if set.Value == nil {
			d.missing = append(d.missing, d.missed("set "+set.Name, notYet))
		} else {
			d.setting(set.Name, *set.Value, set.Type == "string")
		}
	}
	for _, set := range v.SetList {
		d.setting(set.Name, "{"+strings.Join(set.Value, ",")+"}", false)
	}
	return d
}
