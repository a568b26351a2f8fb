package prove

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
)

func everyone(*Request) bool { return true }

// What a client notices is compared, and so are the callers of both states.
func TestFates_CompareWhatAClientNotices(t *testing.T) {
	direct := func(o []generators.Object) *v1alpha3.HTTPRoute {
		for _, r := range generators.OfType[*networkingv1.VirtualService](o)[0].Spec.GetHttp() {
			if r.GetDirectResponse() != nil {
				return r
			}
		}
		return nil
	}
	routed := func(o []generators.Object) *v1alpha3.HTTPRoute {
		for _, r := range generators.OfType[*networkingv1.VirtualService](o)[0].Spec.GetHttp() {
			if len(r.GetRoute()) > 0 {
				return r
			}
		}
		return nil
	}
	answer := func(r *v1alpha3.HTTPRoute, authority string) {
		r.DirectResponse, r.Route, r.Redirect = nil, nil, &v1alpha3.HTTPRedirect{Authority: authority}
	}
	for name, c := range map[string]struct {
		old, now func([]generators.Object) []generators.Object
		fields   string
	}{
		"a body": {nil, func(o []generators.Object) []generators.Object {
			direct(o).DirectResponse.Body = &v1alpha3.HTTPBody{Specifier: &v1alpha3.HTTPBody_String_{String_: "no"}}
			return o
		}, "directResponse"},
		"a redirect's authority": {
			func(o []generators.Object) []generators.Object { answer(direct(o), "a.example.com"); return o },
			func(o []generators.Object) []generators.Object { answer(direct(o), "b.example.com"); return o }, "redirect"},
		"CORS": {nil, func(o []generators.Object) []generators.Object {
			routed(o).CorsPolicy = &v1alpha3.CorsPolicy{AllowMethods: []string{"PUT"}}
			return o
		}, "corsPolicy"},
		"a header of answers": {nil, func(o []generators.Object) []generators.Object {
			routed(o).Route[0].Headers = &v1alpha3.Headers{Response: &v1alpha3.Headers_HeaderOperations{Set: map[string]string{"x": "y"}}}
			return o
		}, "route.headers"},
		"a Service that goes": {nil, func(o []generators.Object) []generators.Object {
			return slices.DeleteFunc(o, func(o generators.Object) bool {
				s, is := o.(*corev1.Service)
				return is && s.Name == "other"
			})
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := example(t, "production")
			objects := func(edit func([]generators.Object) []generators.Object) *World {
				o := append(site.Objects(s), decode(t, fmt.Sprintf("apiVersion: v1\nkind: Service\nmetadata: {name: other, namespace: goproxy, labels: {%s: goproxy.goproxy}}\nspec: {selector: {app.kubernetes.io/name: athens}, ports: [{port: 80, targetPort: 3000, name: http}]}", generators.SiteLabel))...)
				if edit != nil {
					o = edit(o)
				}
				return Of(s, o)
			}
			fates, unknown, err := objects(c.now).Fates(objects(c.old), maxQuestions, everyone)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(fates, func(f Fate) bool { return strings.Join(f.Fields, " ") == c.fields }) {
				t.Errorf("%+v, unknown %v", fates, unknown)
			}
		})
	}
}

// The oracle of a comparison that finds nothing: the table of both states is one.
func TestFates_FindWhatTheTableShows(t *testing.T) {
	sites := manifests(t)
	values := map[string][]any{}
	for _, manifest := range sites[0] {
		var v any
		if err := json.Unmarshal(manifest, &v); err != nil {
			t.Fatal(err)
		}
		collect(v, values)
	}
	random, same, different := rand.New(rand.NewPCG(5, 6)), 0, 0
	for range 40 {
		of := slices.Clone(sites[random.IntN(len(sites))])
		old := fromManifests(of)
		i := random.IntN(len(of))
		var v any
		if err := json.Unmarshal(of[i], &v); err != nil {
			t.Fatal(err)
		}
		edited, err := json.Marshal(edit(random, v, "", values))
		if err != nil {
			continue
		}
		before := of[i]
		of[i] = edited
		now := fromManifests(of)
		if len(old) != 1 || len(now) != 1 {
			continue
		}
		fates, unknown, err := now[0].Fates(old[0], 5_000, everyone)
		if err != nil || len(unknown) > 0 {
			continue
		}
		if len(fates) > 0 {
			different++
			continue
		}
		same++
		for _, row := range old[0].Table() {
			a, b := old[0].Ask(row.Request), now[0].Ask(row.Request)
			a.Steps, b.Steps, a.Route, b.Route, a.Policy, b.Policy = nil, nil, "", "", "", ""
			if diff := cmp.Diff(a, b); diff != "" {
				t.Errorf("%s of %s, after\n%s\nwas\n%s\n%s", row.Line(), row.As, edited, before, diff)
			}
		}
	}
	if same < 8 || different < 4 {
		t.Errorf("%d edits change nothing, and %d something", same, different)
	}
}
