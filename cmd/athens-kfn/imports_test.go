package main

import (
	"os/exec"
	"strings"
	"testing"
)

// banned are modules that this program must not link, because a host starts it
// once per site and build. Each entry is the beginning of an import path.
var banned = []string{
	"helm.sh/",
	"k8s.io/client-go",
	"sigs.k8s.io/controller-runtime",
	"sigs.k8s.io/kustomize/api",
	"sigs.k8s.io/kustomize/kyaml/openapi", // its schema takes 30 ms to load
	"sigs.k8s.io/kustomize/kyaml/fn/",
	"sigs.k8s.io/kustomize/kyaml/kio",
	"github.com/spf13/cobra", // costs half of a byte copy's start
	"github.com/google/go-cmp",
	"github.com/prometheus/",
	"go.opentelemetry.io/",
	"google.golang.org/grpc",
	"html/template",
}

func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	if len(deps) < 50 {
		t.Fatalf("go list names %d packages only", len(deps))
	}
	for _, dep := range deps {
		for _, prefix := range banned {
			if strings.HasPrefix(dep, prefix) {
				t.Errorf("athens-kfn links %s", dep)
			}
		}
	}
}
