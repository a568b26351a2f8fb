package conformance

import (
	"context"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/policy/generic"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizerfactory"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/kubernetes/scheme"
)

var gatewayKind = schema.GroupVersionKind{Group: "networking.istio.io", Version: "v1", Kind: "Gateway"}

// TestGatewayHostsPolicy puts deploy/admission/gateway-hosts.yaml before the API
// server's own admission plugin, and Gateways through it.
func TestGatewayHostsPolicy(t *testing.T) {
	admit := policies(t, root+"/deploy/admission/gateway-hosts.yaml", "goproxy", "team-b")
	for _, c := range []struct {
		name, namespace string
		hosts           []string
		refused         string // part of the message; empty if it is admitted
	}{
		{"a site's own host", "goproxy", []string{"./goproxy.example.com", "goproxy.example.com.claimed.invalid"}, ""},
		{"without a namespace", "goproxy", []string{"goproxy.example.com"}, ""},
		{"with its namespace", "goproxy", []string{"goproxy/goproxy.example.com"}, ""},
		{"for all namespaces", "goproxy", []string{"*/goproxy.example.com"}, ""},
		{"another team's", "team-b", []string{"./goproxy.example.com"}, "goproxy.example.com: ask for a line in ConfigMap istio-system/gateway-hosts that gives each to team-b"},
		{"another team's without a namespace", "team-b", []string{"goproxy.example.com"}, "goproxy.example.com"},
		{"another team's, with the owner's namespace", "team-b", []string{"goproxy/goproxy.example.com"}, "goproxy.example.com"},
		{"another team's claim alone", "team-b", []string{"goproxy.example.com.claimed.invalid"}, "goproxy.example.com"},
		{"not assigned", "goproxy", []string{"./goproxy.example.com", "./other.example.com"}, "of none: other.example.com: ask"},
		{"a wildcard", "goproxy", []string{"*.example.com"}, "_.example.com"},
		{"everything", "goproxy", []string{"*"}, "_: ask"},
		{"everything in a namespace", "goproxy", []string{"./*"}, "_: ask"},
	} {
		err := admit(gateway(c.namespace, c.hosts...))
		switch {
		case c.refused == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.refused != "" && (err == nil || !strings.Contains(err.Error(), c.refused)):
			t.Errorf("%s: got %v, want %s", c.name, err, c.refused)
		}
	}
}

var namespaceKind = schema.GroupVersionKind{Version: "v1", Kind: "Namespace"}

// TestNamespacesPolicy puts deploy/admission/namespaces.yaml before the API
// server's own admission plugin, and changes of Namespaces through it.
func TestNamespacesPolicy(t *testing.T) {
	const site = "athens.gomods.io/site"
	namespace := func(label, annotation string) *unstructured.Unstructured {
		out := &unstructured.Unstructured{}
		out.SetGroupVersionKind(namespaceKind)
		out.SetName("team-m")
		if label != "" {
			out.SetLabels(map[string]string{site: label})
		}
		if annotation != "" {
			out.SetAnnotations(map[string]string{site: annotation})
		}
		return out
	}
	taken := change{namespace("", ""), namespace("team-m.goproxy", "")}
	admit := reviewed(t, root+"/deploy/admission/namespaces.yaml", taken, "team-m")
	for name, c := range map[string]struct {
		change
		refused bool
	}{
		"one that was there":          {taken, true},
		"another site's":              {change{namespace("team-m.other", ""), namespace("team-m.goproxy", "")}, true},
		"one that was handed over":    {change{namespace("", "team-m.goproxy"), namespace("team-m.goproxy", "team-m.goproxy")}, false},
		"handed to another site":      {change{namespace("", "team-m.other"), namespace("team-m.goproxy", "team-m.other")}, true},
		"handed over by the site":     {change{namespace("", ""), namespace("team-m.goproxy", "team-m.goproxy")}, true},
		"the site's own":              {change{namespace("team-m.goproxy", ""), namespace("team-m.goproxy", "")}, false},
		"without an owner":            {change{namespace("", ""), namespace("", "a")}, false},
		"one that the site lets go":   {change{namespace("team-m.goproxy", ""), namespace("", "")}, false},
		"one that the site makes new": {change{nil, namespace("team-m.goproxy", "")}, false},
	} {
		if err := admit(c.change); (err != nil) != c.refused || c.refused && !strings.Contains(err.Error(), "was there before the site team-m.goproxy") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// change of an object; one that is made was nil before.
type change struct{ before, after *unstructured.Unstructured }

func gateway(namespace string, hosts ...string) *unstructured.Unstructured {
	list := make([]any, len(hosts))
	for i, h := range hosts {
		list[i] = h
	}
	out := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{
		"selector": map[string]any{"istio": "ingressgateway"},
		"servers":  []any{map[string]any{"hosts": list}},
	}}}
	out.SetGroupVersionKind(gatewayKind)
	out.SetNamespace(namespace)
	out.SetName("gateway")
	return out
}

// policies are reviewed for Gateways that a user creates.
func policies(t *testing.T, file string, namespaces ...string) func(*unstructured.Unstructured) error {
	t.Helper()
	admit := reviewed(t, file, change{nil, gateway(namespaces[0], "unassigned.example.com")}, namespaces...)
	return func(o *unstructured.Unstructured) error { return admit(change{nil, o}) }
}

// reviewed starts the API server's admission plugin over the objects of a file,
// and returns what it says of a change. It waits until one is refused.
func reviewed(t *testing.T, file string, refused change, namespaces ...string) func(change) error {
	t.Helper()
	all := readFile(t, file)
	for _, o := range all {
		for _, problem := range checkKubernetes(o) {
			t.Errorf("%s: %s", o, problem)
		}
	}
	for _, n := range namespaces {
		namespace, err := parse(n, []byte("apiVersion: v1\nkind: Namespace\nmetadata: {name: "+n+"}\n"))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, namespace...)
	}
	var objects []runtime.Object
	for _, o := range all {
		typed, err := decodeStrict(o, o.GroupVersionKind().GroupVersion())
		if err != nil {
			t.Fatal(err)
		}
		objects = append(objects, typed)
	}
	t.Cleanup(generic.SetPolicyRefreshIntervalForTests(10 * time.Millisecond))
	plugin, err := validating.NewPlugin(nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	client := fake.NewClientset(objects...)
	watched := informers.NewSharedInformerFactory(client, 0)
	mapper := meta.NewDefaultRESTMapper(nil)
	mapper.Add(schema.GroupVersionKind{Version: "v1", Kind: "ConfigMap"}, meta.RESTScopeNamespace)
	plugin.SetExternalKubeClientSet(client)
	plugin.SetExternalKubeInformerFactory(watched)
	plugin.SetDynamicClient(dynamicfake.NewSimpleDynamicClient(scheme.Scheme, objects...))
	plugin.SetRESTMapper(mapper)
	plugin.SetUnconditionalAuthorizer(authorizerfactory.NewAlwaysAllowAuthorizer())
	plugin.SetDrainedNotification(ctx.Done())
	if err := plugin.ValidateInitialization(); err != nil {
		t.Fatal(err)
	}
	watched.Start(ctx.Done())
	watched.WaitForCacheSync(ctx.Done())
	if !plugin.WaitForReady() {
		t.Fatal("the policies are not ready")
	}
	admit := func(c change) error {
		o := c.after
		kind := o.GroupVersionKind()
		resource := kind.GroupVersion().WithResource(strings.ToLower(kind.Kind) + "s")
		operation, before := admission.Create, runtime.Object(nil)
		if c.before != nil {
			operation, before = admission.Update, c.before
		}
		attributes := admission.NewAttributesRecord(o, before, o.GroupVersionKind(), o.GetNamespace(), o.GetName(),
			resource, "", operation, nil, false, &user.DefaultInfo{Name: "user"})
		return plugin.Validate(ctx, attributes, admission.NewObjectInterfacesFromScheme(scheme.Scheme))
	}
	// The plugin compiles policies in the background, and admits all meanwhile.
	err = wait.PollUntilContextTimeout(ctx, 10*time.Millisecond, time.Minute, true, func(context.Context) (bool, error) {
		return admit(refused) != nil, nil
	})
	if err != nil {
		t.Fatalf("nothing is refused: %v", err)
	}
	return admit
}
