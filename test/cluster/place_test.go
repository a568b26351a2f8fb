package cluster

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// room makes the namespaces that manifests use and do not contain, and removes
// them with everything in them after the test.
func room(t *testing.T, manifests string) {
	t.Helper()
	var used, made []string
	for _, o := range objects(t, manifests) {
		if o.Kind == "Namespace" {
			made = append(made, o.Metadata.Name)
		} else if o.Metadata.Namespace != "" && !slices.Contains(used, o.Metadata.Namespace) {
			used = append(used, o.Metadata.Namespace)
		}
	}
	for _, namespace := range used {
		if !slices.Contains(made, namespace) && namespace != "kube-system" {
			kubectl(t, "", "create", "namespace", namespace)
			t.Cleanup(func() { away(t, namespace) })
		}
	}
}

// place applies manifests to a cluster that has none of them, and removes them
// after the test.
func place(t *testing.T, manifests string, flags ...string) {
	t.Helper()
	room(t, manifests)
	t.Cleanup(func() { clean(t, manifests) })
	apply(t, manifests, flags...)
}

// apply is one kubectl apply, which takes no unknown field and prints no warning.
func apply(t *testing.T, manifests string, flags ...string) string {
	t.Helper()
	return kubectl(t, manifests, append([]string{"apply", "--validate=strict", "-f", "-"}, flags...)...)
}

// clean removes manifests and the namespaces in them.
func clean(t *testing.T, manifests string) {
	t.Helper()
	for _, o := range objects(t, manifests) {
		if o.Kind == "Namespace" {
			away(t, o.Metadata.Name)
		}
	}
	kubectl(t, manifests, "delete", "--ignore-not-found", "-f", "-")
}

// away removes a namespace. Its programs go first: with pods in it, the namespace
// takes a grace period more.
func away(t *testing.T, namespace string) {
	t.Helper()
	kubectl(t, "", "-n", namespace, "delete", "deployments,statefulsets,daemonsets,cronjobs,jobs", "--all", "--cascade=foreground")
	podless(t, namespace)
	kubectl(t, "", "delete", "namespace", namespace, "--ignore-not-found")
}

// podless waits until a namespace has no pods.
func podless(t *testing.T, namespace string) {
	t.Helper()
	until(t, "no pods in "+namespace, func() bool {
		return kubectl(t, "", "-n", namespace, "get", "pods", "-o", "name") == ""
	})
}

// until waits for something that the controllers do.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for range 600 {
		if done() {
			return
		}
		time.Sleep(250 * time.Millisecond)
	}
	t.Fatalf("after two and a half minutes: not %s", what)
}

// run is what a program prints; it has to succeed.
func run(t *testing.T, stdin, program string, args ...string) string {
	t.Helper()
	out, err := answer(stdin, program, args...)
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, out)
	}
	return out
}
