package upgrade

import (
	"fmt"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
	"github.com/gomods/athens-kfn/pkg/releases"
)

// changes sorts what changes in Athens by whether the site meets it.
func (p *Plan) changes(s *Site) {
	m := &meeting{site: s.Now, before: variables(s.Now), after: variables(s.Then)}
	for _, c := range releases.Changes(p.From, p.To) {
		if why := m.why(&c); why != "" {
			p.Concerns = append(p.Concerns, Change{c, why})
		} else {
			p.Rest = append(p.Rest, Change{Change: c})
		}
	}
}

// meeting is a site and the variables that Athens has in it, before and after.
type meeting struct {
	site          *v1alpha1.AthensSite
	before, after []string
}

// why the site meets a change; empty if it does not.
func (m *meeting) why(c *releases.Change) string {
	switch c.Topic {
	case "Settings":
		return m.setting(c)
	case "Tracing":
		if m.traces() {
			return m.from("ATHENS_TRACE_EXPORTER")
		}
	case "Metrics":
		if m.site.Spec.Metrics != nil {
			return "spec.metrics"
		}
	case "Logs":
		return "every site"
	}
	return ""
}

func (m *meeting) setting(c *releases.Change) string {
	known := releases.Lookup(c.Name)
	written := slices.Contains(m.before, c.Name) || slices.Contains(m.after, c.Name)
	switch {
	case len(known) > 0 && known[0].Fixed != "":
		return "" // athens-kfn writes it, and writes what both releases know
	case strings.HasPrefix(c.What, "default: "):
		if !written && (m.traces() || !strings.HasPrefix(c.Name, "ATHENS_TRACE_")) {
			return "the site leaves it out"
		}
		return ""
	case written && len(known) > 0 && known[0].Field != "":
		return "spec." + known[0].Field
	case written:
		return m.from(c.Name)
	}
	return ""
}

// from is what writes a variable that no field of its own does.
func (m *meeting) from(name string) string {
	for i, e := range m.site.Spec.Athens.Env {
		if canonical(e.Name) == name {
			return fmt.Sprintf("spec.athens.env[%d]", i)
		}
	}
	return "spec.tracing"
}

// traces says whether Athens itself sends traces.
func (m *meeting) traces() bool { return slices.Contains(m.before, "ATHENS_TRACE_EXPORTER") }

// variables of Athens in a site, by the names that Athens documents.
func variables(s *v1alpha1.AthensSite) (names []string) {
	for _, d := range generators.OfType[*appsv1.Deployment](site.Objects(s)) {
		if d.Name != generators.Name(s, generators.Athens) {
			continue
		}
		for _, c := range d.Spec.Template.Spec.Containers {
			if c.Name != generators.Athens {
				continue
			}
			for _, e := range c.Env {
				names = append(names, canonical(e.Name))
			}
		}
	}
	return names
}

// canonical is the name of a setting that was given by its alias.
func canonical(name string) string {
	if known := releases.Lookup(name); len(known) > 0 {
		return known[0].Name
	}
	return name
}
