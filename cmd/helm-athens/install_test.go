package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// discovery is an API server that knows the kinds of some objects and holds
// none of them: what Helm asks even for an install that is only a rehearsal.
func discovery(t *testing.T, objects map[string]any) string {
	t.Helper()
	kinds := map[string][]metav1.APIResource{} // by apiVersion
	for _, o := range objects {
		kind := o.(map[string]any)["kind"].(string)
		version := o.(map[string]any)["apiVersion"].(string)
		resource := metav1.APIResource{Name: strings.ToLower(kind) + "s", Kind: kind, Namespaced: kind != "Namespace", Verbs: metav1.Verbs{"get"}}
		if !slices.ContainsFunc(kinds[version], func(r metav1.APIResource) bool { return r.Kind == kind }) {
			kinds[version] = append(kinds[version], resource)
		}
	}
	groups := metav1.APIGroupList{TypeMeta: metav1.TypeMeta{Kind: "APIGroupList", APIVersion: "v1"}}
	answers := map[string]any{
		"/version": map[string]string{"major": "1", "minor": "37", "gitVersion": "v1.37.0"},
		"/api":     metav1.APIVersions{TypeMeta: metav1.TypeMeta{Kind: "APIVersions"}, Versions: []string{"v1"}},
	}
	for _, version := range slices.Sorted(maps.Keys(kinds)) {
		list := metav1.APIResourceList{
			TypeMeta:     metav1.TypeMeta{Kind: "APIResourceList", APIVersion: "v1"},
			GroupVersion: version, APIResources: kinds[version],
		}
		group, v, found := strings.Cut(version, "/")
		if !found {
			answers["/api/"+version] = list
			continue
		}
		answers["/apis/"+version] = list
		known := metav1.GroupVersionForDiscovery{GroupVersion: version, Version: v}
		at := slices.IndexFunc(groups.Groups, func(g metav1.APIGroup) bool { return g.Name == group })
		if at < 0 {
			at = len(groups.Groups)
			groups.Groups = append(groups.Groups, metav1.APIGroup{Name: group, PreferredVersion: known})
		}
		groups.Groups[at].Versions = append(groups.Groups[at].Versions, known)
	}
	answers["/apis"] = groups
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.Method != http.MethodGet {
			t.Errorf("unexpected method: %s %s", r.Method, r.URL.Path)
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		answer, ok := answers[r.URL.Path]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			answer = metav1.Status{
				TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"},
				Status:   metav1.StatusFailure, Reason: metav1.StatusReasonNotFound, Code: http.StatusNotFound,
			}
		}
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// TestInstall rehearses an install, and reads what Helm says after it.
func TestInstall(t *testing.T) {
	server := discovery(t, rendered(t, productionLike))
	helms(t, func(t *testing.T, helm func(...string) (string, string, error)) {
		out, stderr, err := helm("install", "x", packed(t, productionLike), "--dry-run=client", "--disable-openapi-validation",
			"--kube-apiserver", server, "--set", "host=mods.example.org,namespace.create=false")
		if err != nil {
			t.Fatalf("%v\n%s", err, stderr)
		}
		manifests, notes, _ := strings.Cut(out, "NOTES:")
		if n := strings.Count(manifests, "\n---\n"); n != len(rendered(t, productionLike))-1 {
			t.Errorf("Helm would install %d objects", n)
		}
		for _, want := range []string{"GOPROXY=https://mods.example.org", "istio-system/goproxy-tls", "istio-injection: enabled"} {
			if !strings.Contains(notes, want) {
				t.Errorf("the notes do not name %q:\n%s", want, notes)
			}
		}
	})
}
