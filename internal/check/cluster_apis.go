package check

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/releases"
)

// kubernetes looks at the version of the API server.
func (a *asker) kubernetes(version []byte) {
	var server struct{ Major, Minor string }
	if err := json.Unmarshal(version, &server); err != nil {
		a.report(notAnswered, "the version of Kubernetes: %s", err)
		return
	}
	switch v := server.Major + "." + strings.TrimRight(server.Minor, "+"); {
	case server.Minor == "":
		a.report(notAnswered, "the version of Kubernetes: /version does not hold it")
	case releases.Older(v, releases.KubernetesOldest):
		a.report(lacking, "Kubernetes is %s, and a site needs %s or later", v, releases.KubernetesOldest)
	}
}

// apis looks for the kinds of the site's objects that Kubernetes itself does not
// have, and returns what was found by API.
func (a *asker) apis() map[string]Found {
	found := map[string]Found{}
	asked := map[string][]string{}
	for _, o := range a.Objects {
		kind := o.GetObjectKind().GroupVersionKind()
		if !generators.IsAddOn(kind.Group) && !strings.HasSuffix(kind.Group, ".istio.io") {
			continue
		}
		api := kind.GroupVersion().String()
		kinds, again := asked[api]
		if !again {
			out, err := a.kubectl("get", "--raw", "/apis/"+api)
			if err == nil {
				kinds, err = kindsIn(out)
			}
			switch {
			case err != nil && strings.Contains(err.Error(), "(NotFound)"):
				found[api] = FoundNo
				a.report(lacking, "API %s is not served, which the site's objects use: install what brings it, or upgrade that", api)
			case err != nil:
				found[api] = FoundUnknown
				a.report(notAnswered, "API %s: %s", api, err)
			default:
				found[api] = FoundYes
			}
		}
		if found[api] == FoundYes && !slices.Contains(kinds, kind.Kind) {
			found[api] = FoundNo
			a.report(lacking, "API %s has no %s, which the site's objects use", api, kind.Kind)
		}
		asked[api] = kinds
	}
	return found
}

// kindsIn an APIResourceList.
func kindsIn(answer []byte) (out []string, err error) {
	var list struct {
		Kind      string
		Resources []struct{ Kind string }
	}
	if err := json.Unmarshal(answer, &list); err != nil {
		return nil, err
	}
	if list.Kind != "APIResourceList" {
		return nil, errors.New(odd)
	}
	for _, r := range list.Resources {
		out = append(out, r.Kind)
	}
	return out, nil
}
