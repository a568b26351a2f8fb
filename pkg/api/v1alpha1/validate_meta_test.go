package v1alpha1_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/strict/stricttest"
)

func TestMeta(t *testing.T) {
	const spec = "spec: {host: goproxy.example.com}\n"
	for _, c := range []struct {
		name, head string
		want       []string
	}{
		{"right", "metadata: {name: goproxy, namespace: goproxy}", nil},
		{"longest", "metadata: {name: " + strings.Repeat("n", 43) + ", namespace: " + strings.Repeat("s", 19) + "}", nil},
		{"none", "metadata: {}", []string{"metadata.name: is required", "metadata.namespace: is required"}},
		{"left out", "", []string{"metadata.name: is required", "metadata.namespace: is required"}},
		{"name too long", "metadata: {name: " + strings.Repeat("n", 44) + ", namespace: goproxy}", []string{"metadata.name: is 44 characters long; at most 43"}},
		{"both too long", "metadata: {name: " + strings.Repeat("n", 43) + ", namespace: " + strings.Repeat("s", 20) + "}", []string{"metadata.namespace: 64 characters long; the label of all objects, <namespace>.<name>, holds at most 63"}},
		{"begins with a digit", "metadata: {name: 1goproxy, namespace: goproxy}", []string{"metadata.name: cannot begin the name of a Service"}},
		{"namespace in upper case", "metadata: {name: goproxy, namespace: GoProxy}", []string{"metadata.namespace: as in goproxy"}},
		{"namespace default", "metadata: {name: goproxy, namespace: default}", []string{"metadata.namespace: default belongs to every manifest"}},
		{"namespace of the mesh", "metadata: {name: goproxy, namespace: istio-system}", []string{"metadata.namespace: belongs to the mesh"}},
		{"made name", "metadata: {name: a, namespace: goproxy, generateName: b}", []string{"metadata.generateName: has no meaning"}},
		{"label", "metadata: {name: a, namespace: goproxy, labels: {\"a b\": \"c d\"}}", []string{`metadata.labels["a b"]: is not the key`, `metadata.labels["a b"]: is not the value of a label`}},
		{"annotation", "metadata: {name: a, namespace: goproxy, annotations: {Example.com/Owner: \"c d\"}}", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, problems := stricttest.Load(t, "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\n"+c.head+"\n"+spec)
			stricttest.Expect(t, problems, c.want)
		})
	}
}

// What is not an AthensSite is not judged any further.
func TestTypeMeta(t *testing.T) {
	_, problems := stricttest.Load(t, "apiVersion: athens.gomods.io/v1\nkind: AthenSite\nspec: {x: 1}\n")
	stricttest.Expect(t, problems, []string{"apiVersion: must be athens.gomods.io/v1alpha1", "kind: must be AthensSite"})
	_, problems = stricttest.Load(t, "[]")
	stricttest.Expect(t, problems, []string{": must be a map of kind, apiVersion, metadata, spec; found a list"})
}

func TestHost(t *testing.T) {
	for _, c := range []struct{ host, want string }{
		{"goproxy.example.com", ""},
		{"1.proxy.example.com", ""},
		{"", "is required"},
		{"https://goproxy.example.com", "begins with a scheme"},
		{"goproxy.example.com/mod", "holds a path"},
		{"goproxy.example.com:443", "holds a port"},
		{"*.example.com", "holds a wildcard"},
		{"10.0.0.1", "is an address"},
		{"[::1]", "is an address"},
		{"GoProxy.example.com", "write goproxy.example.com"},
		{"go_proxy.example.com", "is not a DNS name"},
		{"goproxy.example.com.", "is not a DNS name"},
		{"goproxy", "has no domain"},
		{"goproxy.example.com.claimed.invalid", "never resolves"},
		{strings.Repeat("a.", 118) + "b", ""},
		{strings.Repeat("a.", 118) + "bc", "is 238 characters long; at most 237 are possible"},
	} {
		r := rule{Name: c.host, Spec: fmt.Sprintf("host: %q", c.host)}
		if c.want != "" {
			r.Want = []string{"spec.host: " + c.want}
		}
		stricttest.Run(t, r)
	}
}

func TestNamespaceAndIngress(t *testing.T) {
	stricttest.RunAll(t, []rule{
		{"pod security", "namespace: {podSecurity: strict}", []string{"spec.namespace.podSecurity: Write restricted, baseline or privileged"}},
		{"pull secret", "images: {pullSecretRefs: [{name: A}, {name: b}, {name: b}]}", []string{"spec.images.pullSecretRefs[0].name: is not an object's name", "spec.images.pullSecretRefs[2]: is repeated, first at spec.images.pullSecretRefs[1]"}},
		{"pull secrets", "images: {pullSecretRefs: [{name: a}, {name: b.c}]}", nil},
		{"registry", "images: {registry: \"registry.example.com:5000/mirror\"}", nil},
		{"registry with a scheme", "images: {registry: \"https://registry.example.com\"}", []string{"spec.images.registry: begins with a scheme, which no image has; write registry.example.com"}},
		{"registry with a slash", "images: {registry: registry.example.com/}", []string{"spec.images.registry: ends with a slash; write registry.example.com"}},
		{"registry without a host", "images: {registry: mirror}", []string{"spec.images.registry: does not begin with the host of a registry"}},
		{"registry with a tag", "images: {registry: \"registry.example.com/mirror:v1\"}", []string{"spec.images.registry: is not a registry"}},
		{"registry with a port that is none", "images: {registry: \"registry.example.com:99999\"}", []string{"spec.images.registry: is not a registry"}},
		{"registry with a path that is none", "images: {registry: registry.example.com/a/../b}", []string{"spec.images.registry: is not a registry"}},
		{"registry with separators", "images: {registry: registry.example.com/a.b/c__d/e---f}", nil},
		{"registry with too many separators", "images: {registry: registry.example.com/a..b}", []string{"spec.images.registry: is not a registry"}},
		{"registry of capitals", "images: {registry: registry.example.com/Mirror}", []string{"spec.images.registry: is not a registry"}},
		{"pull policy", "images: {pullPolicy: always}", []string{"spec.images.pullPolicy: did you mean Always?"}},
		{"ingress in a mesh", "gateway: {ingress: {className: nginx}}", []string{"spec.gateway.ingress: bypasses the mesh's gateway"}},
		{"ingress", "gateway: {ingress: {className: nginx}, annotations: {a/b: c}, tls: {secretName: tls}}\nmesh: {mode: None}", nil},
		{"ingress' names", "gateway: {ingress: {className: Nginx}, annotations: {\"a b\": c}, tls: {secretName: a b}}\nmesh: {mode: None}",
			[]string{"spec.gateway.ingress.className: is not an object's name", "spec.gateway.annotations[\"a b\"]: is not the key", "spec.gateway.tls.secretName: is not an object's name"}},
	})
}
