package fn_test

import (
	"fmt"
	"os"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/fn/framework"
	"sigs.k8s.io/kustomize/kyaml/kio"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/fn"
)

func ExampleRender() {
	site := &v1alpha1.AthensSite{}
	site.Name, site.Namespace = "goproxy", "goproxy"
	site.Spec.Host = "goproxy.example.com"
	objects, problems := fn.Render(site)
	for _, p := range problems {
		fmt.Fprintln(os.Stderr, p)
	}
	for _, o := range objects[:3] {
		fmt.Println(o.GetObjectKind().GroupVersionKind().Kind, o.GetName())
	}
	// Output:
	// Namespace goproxy
	// Gateway goproxy
	// VirtualService goproxy
}

func ExampleRender_problems() {
	site := &v1alpha1.AthensSite{}
	site.Name, site.Namespace = "goproxy", "goproxy"
	site.Spec.Host = "goproxy.example.com"
	site.Spec.Athens.Version = "0.18.0"
	_, problems := fn.Render(site)
	for _, p := range problems {
		fmt.Println(p)
	}
	// Output:
	// spec.athens.version: "0.18.0" has no leading v, which Athens' tags have; write v0.18.0
}

func ExampleNodes() {
	site := &v1alpha1.AthensSite{}
	site.Name, site.Namespace = "goproxy", "goproxy"
	site.Spec.Host = "goproxy.example.com"
	objects, _ := fn.Render(site)
	for _, n := range fn.Nodes(objects[1:2]) {
		fmt.Println(n.GetApiVersion(), n.GetKind(), n.GetName())
	}
	// Output:
	// networking.istio.io/v1 Gateway goproxy
}

// A function of one's own that has the sites of athens-kfn in it.
func ExampleProcessor() {
	in := `apiVersion: config.kubernetes.io/v1
kind: ResourceList
items: []
functionConfig:
  apiVersion: athens.gomods.io/v1alpha1
  kind: AthensSite
  metadata: {name: goproxy, namespace: goproxy}
  spec: {host: goproxy.example.com}
`
	var out strings.Builder
	err := framework.Execute(fn.Processor{}, &kio.ByteReadWriter{Reader: strings.NewReader(in), Writer: &out})
	fmt.Println(err, strings.Count(out.String(), "\n- apiVersion: ") > 10)
	// Output:
	// <nil> true
}
