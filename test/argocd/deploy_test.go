package argocd

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

const deploy = root + "/deploy/argocd"

func readYAML[T any](t *testing.T, in []byte) (out T) {
	t.Helper()
	if err := yaml.Unmarshal(in, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func readFile[T any](t *testing.T, name string) T {
	t.Helper()
	in, err := os.ReadFile(filepath.Join(deploy, name))
	if err != nil {
		t.Fatal(err)
	}
	return readYAML[T](t, in)
}

// repoServer is as much of Argo CD's own manifests as the component touches.
const repoServer = `apiVersion: apps/v1
kind: Deployment
metadata: {name: argocd-repo-server}
spec:
  selector: {matchLabels: {app.kubernetes.io/name: argocd-repo-server}}
  template:
    metadata: {labels: {app.kubernetes.io/name: argocd-repo-server}}
    spec:
      containers:
      - {name: argocd-repo-server, image: quay.io/argoproj/argocd}
      volumes:
      - {name: var-files, emptyDir: {}}
      - {name: plugins, emptyDir: {}}
`

type object = map[string]any

type deployment struct {
	Kind     string `json:"kind"`
	Metadata struct {
		Name string `json:"name"`
	} `json:"metadata"`
	Data map[string]string `json:"data"`
	Spec struct {
		Template struct {
			Spec struct {
				Containers []object `json:"containers"`
				Volumes    []object `json:"volumes"`
			} `json:"spec"`
		} `json:"template"`
	} `json:"spec"`
}

type values struct {
	Configs struct {
		CMP struct {
			Create  bool              `json:"create"`
			Plugins map[string]object `json:"plugins"`
		} `json:"cmp"`
	} `json:"configs"`
	RepoServer struct {
		ExtraContainers []object `json:"extraContainers"`
		Volumes         []object `json:"volumes"`
	} `json:"repoServer"`
}

// TestSidecar puts the sidecar into Argo CD's Deployment with the real
// kustomize, and holds the chart's values against it.
func TestSidecar(t *testing.T) {
	kustomize := filepath.Join(root, ".bin/kustomize")
	if _, err := os.Stat(kustomize); err != nil {
		if kustomize, err = exec.LookPath("kustomize"); err != nil {
			t.Skip("kustomize is not on this machine: skipped (make test installs it)")
		}
	}
	component, err := filepath.Abs(deploy)
	if err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	relative, err := filepath.Rel(dir, component)
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, map[string]string{
		"repo-server.yaml":   repoServer,
		"kustomization.yaml": "namespace: argocd\nresources: [repo-server.yaml]\ncomponents: [" + relative + "]\n",
	})
	out, err := exec.Command(kustomize, "build", dir).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var config, limits, server deployment
	for doc := range strings.SplitSeq(string(out), "\n---\n") {
		switch o := readYAML[deployment](t, []byte(doc)); o.Kind {
		case "ConfigMap":
			if strings.HasPrefix(o.Metadata.Name, "athens-kfn-limits-") {
				limits = o
			} else {
				config = o
			}
		case "Deployment":
			server = o
		}
	}
	file, err := os.ReadFile(filepath.Join(deploy, "plugin.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"plugin.yaml": string(file)}, config.Data); diff != "" {
		t.Errorf("-plugin.yaml +ConfigMap:\n%s", diff)
	}
	spec, chart := server.Spec.Template.Spec, readFile[values](t, "values.yaml")
	if len(spec.Containers) != 2 || len(spec.Volumes) != 5 {
		t.Fatalf("%d containers and %d volumes, want 2 and 5", len(spec.Containers), len(spec.Volumes))
	}
	wantVolumes := []object{
		{"name": "athens-kfn-plugin", "configMap": object{"name": config.Metadata.Name}},
		{"name": "athens-kfn-tmp", "emptyDir": object{}},
		{"name": "athens-kfn-limits", "configMap": object{"name": limits.Metadata.Name}},
	}
	if diff := cmp.Diff(wantVolumes, spec.Volumes[2:]); diff != "" {
		t.Errorf("volumes: -want +got:\n%s", diff)
	}
	wantVolumes[0]["configMap"] = object{"name": "argocd-cmp-cm"}
	wantVolumes[2]["configMap"] = object{"name": "athens-kfn-limits"}
	if diff := cmp.Diff(wantVolumes, chart.RepoServer.Volumes); diff != "" {
		t.Errorf("the chart's volumes: -want +got:\n%s", diff)
	}

	sidecar := spec.Containers[1]
	if want := v1alpha1.CompanionRegistry + "/athens-kfn:" + v1alpha1.CompanionVersion; sidecar["image"] != want {
		t.Errorf("the image is %s, want %s", sidecar["image"], want)
	}
	// The chart names the file for the plugin.
	mounts := sidecar["volumeMounts"].([]any)
	mounts[2].(object)["subPath"] = "athens-kfn.yaml"
	if diff := cmp.Diff([]object{sidecar}, chart.RepoServer.ExtraContainers); diff != "" {
		t.Errorf("-component's sidecar +chart's:\n%s", diff)
	}
	plugin := readYAML[object](t, file)
	if diff := cmp.Diff(map[string]object{"athens-kfn": plugin["spec"].(object)}, chart.Configs.CMP.Plugins); diff != "" || !chart.Configs.CMP.Create {
		t.Errorf("-plugin.yaml +chart's:\n%s", diff)
	}
}

// application is what an Application says to the plugin.
type application struct {
	Spec struct {
		Source struct {
			Plugin Source `json:"plugin"`
		} `json:"source"`
	} `json:"spec"`
}

type applicationSet struct {
	Spec struct {
		Generators []struct {
			List struct {
				Elements []map[string]string `json:"elements"`
			} `json:"list"`
		} `json:"generators"`
		Template application `json:"template"`
	} `json:"spec"`
}

// TestApplications generates examples/production as each example sets it.
func TestApplications(t *testing.T) {
	p := plugin(t)
	generate := func(s Source) string {
		t.Helper()
		if s.Name != p.Metadata.Name {
			t.Errorf("the plugin %q is asked for, and it is called %q", s.Name, p.Metadata.Name)
		}
		out, err := Server{Bin: bin}.Run(p.Spec.Generate, filepath.Join(root, "examples/production"), environ(t, &s))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	one := generate(readFile[application](t, "application.yaml").Spec.Source.Plugin)
	if !strings.Contains(one, "- goproxy.example.com\n") {
		t.Error("application.yaml: its host is not in what was made")
	}

	set := readFile[applicationSet](t, "applicationset.yaml")
	accounts := map[string]string{"westeurope": "athensweu", "eastus2": "athenseus2"}
	scales := map[string]string{"westeurope": "maxReplicas: 10\n", "eastus2": "replicas: 3\n"}
	elements := set.Spec.Generators[0].List.Elements
	if len(elements) != len(accounts) {
		t.Fatalf("applicationset.yaml has %d elements, want %d", len(elements), len(accounts))
	}
	for _, element := range elements {
		s := set.Spec.Template.Spec.Source.Plugin
		s.Parameters = append([]Parameter{}, s.Parameters...)
		for i, parameter := range s.Parameters {
			text := *parameter.String
			for key, value := range element {
				text = strings.ReplaceAll(text, "{{."+key+"}}", value)
			}
			s.Parameters[i].String = &text
		}
		out := generate(s)
		for _, want := range []string{"value: " + accounts[element["region"]] + "\n", scales[element["region"]]} {
			if !strings.Contains(out, want) {
				t.Errorf("%s: no %q in what was made", element["region"], want)
			}
		}
	}
}
