package argocd

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/internal/limitsfile"
	"github.com/gomods/athens-kfn/pkg/limits"
)

// project is what an AppProject permits.
type project struct {
	Metadata struct {
		Name string `json:"name"`
	} `json:"metadata"`
	Spec struct {
		SourceRepos  []string `json:"sourceRepos"`
		Destinations []struct {
			Server    string `json:"server"`
			Name      string `json:"name"`
			Namespace string `json:"namespace"`
		} `json:"destinations"`
		Cluster    []groupKind `json:"clusterResourceWhitelist"`
		Namespaced []groupKind `json:"namespaceResourceWhitelist"`
	} `json:"spec"`
}

type groupKind struct {
	Group string `json:"group"`
	Kind  string `json:"kind"`
	Name  string `json:"name"`
}

// deployed is an Application's project, source and destination.
type deployed struct {
	Project string `json:"project"`
	Source  struct {
		RepoURL string `json:"repoURL"`
	} `json:"source"`
	Destination struct {
		Server    string `json:"server"`
		Name      string `json:"name"`
		Namespace string `json:"namespace"`
	} `json:"destination"`
}

// TestProject: the project permits the Applications beside it, and of a cluster
// just the kinds that sites have.
func TestProject(t *testing.T) {
	p := readFile[project](t, "project.yaml")
	one := readFile[struct {
		Spec deployed `json:"spec"`
	}](t, "application.yaml").Spec
	set := readFile[struct {
		Spec struct {
			Template struct {
				Spec deployed `json:"spec"`
			} `json:"template"`
		} `json:"spec"`
	}](t, "applicationset.yaml").Spec.Template.Spec
	all := []deployed{one}
	for _, element := range readFile[applicationSet](t, "applicationset.yaml").Spec.Generators[0].List.Elements {
		region := set
		region.Destination.Name = strings.ReplaceAll(set.Destination.Name, "{{.region}}", element["region"])
		all = append(all, region)
	}
	for _, a := range all {
		if a.Project != p.Metadata.Name || a.Project == "default" {
			t.Errorf("an Application is in the project %s, want %s", a.Project, p.Metadata.Name)
		}
		if !slices.Contains(p.Spec.SourceRepos, a.Source.RepoURL) {
			t.Errorf("%s is not among the sources", a.Source.RepoURL)
		}
		permitted := false
		for _, d := range p.Spec.Destinations {
			permitted = permitted || d == a.Destination
		}
		if !permitted {
			t.Errorf("%+v is not among the destinations", a.Destination)
		}
	}
	for _, s := range append(p.Spec.SourceRepos, p.Spec.Destinations[0].Namespace) {
		if strings.Contains(s, "*") {
			t.Errorf("%s is a pattern", s)
		}
	}
	cluster, namespaced := kinds(t)
	for i := range cluster {
		cluster[i].Name = "goproxy"
	}
	if diff := cmp.Diff(cluster, p.Spec.Cluster); diff != "" {
		t.Errorf("cluster-scoped: -sites +project:\n%s", diff)
	}
	if diff := cmp.Diff(namespaced, p.Spec.Namespaced); diff != "" {
		t.Errorf("namespaced: -sites +project:\n%s", diff)
	}
}

// kinds are those of the objects of all goldens that were made for sites, in
// order, without and with a namespace.
func kinds(t *testing.T) (cluster, namespaced []groupKind) {
	t.Helper()
	files, err := filepath.Glob(root + "/testdata/golden/*/output.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no goldens", err)
	}
	type made struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
		Metadata   struct {
			Namespace string            `json:"namespace"`
			Labels    map[string]string `json:"labels"`
		} `json:"metadata"`
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for doc := range strings.SplitSeq(string(text), "\n---\n") {
			list := readYAML[struct {
				Items []made `json:"items"`
			}](t, []byte(doc))
			for _, o := range append(list.Items, readYAML[made](t, []byte(doc))) {
				if o.Metadata.Labels["app.kubernetes.io/managed-by"] != "athens-kfn" {
					continue
				}
				group, _, found := strings.Cut(o.APIVersion, "/")
				if !found {
					group = ""
				}
				to, k := &namespaced, groupKind{Group: group, Kind: o.Kind}
				if o.Metadata.Namespace == "" {
					to = &cluster
				}
				if !slices.Contains(*to, k) {
					*to = append(*to, k)
				}
			}
		}
	}
	for _, list := range [][]groupKind{cluster, namespaced} {
		slices.SortFunc(list, func(a, b groupKind) int { return strings.Compare(a.Group+"\x00"+a.Kind, b.Group+"\x00"+b.Kind) })
	}
	return cluster, namespaced
}

// TestLimits puts deploy/argocd/limits.yaml where the sidecar mounts it: the
// Application beside it is within them, a site of another namespace is not.
func TestLimits(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(deploy, "limits.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := limitsfile.Parse("limits.yaml", text); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() != 0 {
		t.Skip("only root can change a command's root: skipped")
	}
	program, err := os.ReadFile(filepath.Join(bin, "athens-kfn"))
	if err != nil {
		t.Fatal(err)
	}
	other := strings.Replace(site, "namespace: goproxy", "namespace: team-b", 1)
	sidecar := write(t, t.TempDir(), map[string]string{
		"usr/local/bin/athens-kfn": string(program), limits.File: string(text),
		"app/site.yaml": site, "other/site.yaml": other,
		// What a repository says of itself changes nothing.
		"other/limits.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: limits}\ndata: {namespaces: team-b}\n",
	})
	if err := os.Chmod(filepath.Join(sidecar, "usr/local/bin/athens-kfn"), 0o755); err != nil {
		t.Fatal(err)
	}
	p, server := plugin(t), Server{Bin: "/usr/local/bin", Root: sidecar}
	if out, err := server.Run(p.Spec.Generate, "/app", environ(t, nil)); err != nil || out == "" {
		t.Fatal("within the limits:", err)
	}
	env := append(environ(t, &Source{Env: nil}), "ARGOCD_ENV_"+limits.Variable+"=/other/limits.yaml")
	for name, e := range map[string][]string{"no variable": environ(t, nil), "a variable of the Application": env} {
		if out, err := server.Run(p.Spec.Generate, "/other", e); err == nil || out != "" {
			t.Errorf("%s: a site of another namespace was rendered", name)
		}
	}
}
