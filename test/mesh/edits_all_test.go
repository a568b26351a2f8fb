package mesh

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gomods/athens-kfn/internal/check"
	"github.com/gomods/athens-kfn/internal/source"
	clusterlimits "github.com/gomods/athens-kfn/pkg/limits"
	"github.com/gomods/athens-kfn/test/mesh/manifest"
)

// edits by the example whose manifests they change.
var edits = map[string][]fault{
	"production": slices.Concat(routeEdits, destinationEdits, gatewayEdits, policyEdits, egressEdits, networkEdits, serviceEdits, podEdits, companionEdits),
	"minimal":    diskEdits,
	"enterprise": clientEdits,
}

// TestEdits seeds one edit after another of almost every field into the manifests of
// three examples: check --manifests, with the spec, notices each, or harmless says why
// it must not.
func TestEdits(t *testing.T) {
	n := 0
	seen := map[string]bool{}
	var lock sync.Mutex
	caught := map[string]int{}
	t.Cleanup(func() { // after the parallel ones
		t.Logf("%d edits, %d of them harmless; noticed by %v", n, len(harmless), caught)
		for code, least := range noticers {
			if caught[code] < least {
				t.Errorf("%s notices %d of the edits, and noticed %d: one that only others notice now is a loss", code, caught[code], least)
			}
		}
	})
	for name, list := range edits {
		n += len(list)
		for _, f := range list {
			if seen[f.name] {
				t.Errorf("%s: repeated", f.name)
			}
			seen[f.name] = true
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, spec := example(t, name), specOf(t, name)
			if by := manifestFailures(c.Objects, spec); len(by) > 0 {
				t.Fatalf("without an edit: %s", strings.Join(by, "\n"))
			}
			for _, f := range list {
				by := manifestFailures(f.seed(manifest.Clone(c.Objects)), spec)
				codes := map[string]bool{}
				for _, b := range by {
					code, _, _ := strings.Cut(b, ":")
					codes[code] = true
				}
				lock.Lock()
				for code := range codes {
					caught[code]++
				}
				lock.Unlock()
				switch why, listed := harmless[f.name]; {
				case len(by) == 0 && !listed:
					t.Errorf("nothing notices: %s", f.name)
				case len(by) > 0 && listed:
					t.Errorf("%s is noticed, and so not harmless as listed (%s): %s", f.name, why, by[0])
				}
			}
		})
	}
	for name := range harmless {
		if !seen[name] {
			t.Errorf("harmless has %s, which is no edit", name)
		}
	}
	if n < 300 {
		t.Errorf("%d edits, want at least 300", n)
	}
}

func specOf(t *testing.T, name string) source.File {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "examples", name, "site.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return source.File{Name: "site.yaml", Operand: "site.yaml", Content: text}
}

// manifestFailures are what check --manifests finds in the objects of a site, next to
// its spec.
func manifestFailures(objects []manifest.Object, spec source.File) (out []string) {
	file := source.File{Name: "manifests.yaml", Operand: "manifests.yaml", Content: []byte(manifest.YAML(objects))}
	report := check.Manifests([]source.File{file}, clusterlimits.Set{}, []source.File{spec}, "", file.Name)
	for _, f := range report.All() {
		// The others are about the spec, which has no fault.
		if strings.HasPrefix(f.Code, "AK8") {
			out = append(out, f.Code+": "+f.Message)
		}
	}
	return out
}

// noticers are the rules of check --manifests, and how many edits each notices on its own:
// what one no longer sees shows here, though another one still sees it.
var noticers = map[string]int{"AK802": 7, "AK803": 7, "AK804": 5, "AK805": 64, "AK806": 1, "AK807": 6, "AK808": 2, "AK809": 9, "AK811": 290}

// Reasons of several harmless edits.
const (
	operators = "operators choose where pods run"
	amounts   = "operators choose the number of pods and their resources"
	refused   = "the API server refuses it"
)

// harmless are edits that check --manifests must not complain about, and why.
var harmless = map[string]string{
	"hpa: max below min":                  refused,
	"hpa: target 500":                     amounts,
	"athens: sidecar CPU limit":           amounts,
	"athens: tmp without a limit":         amounts,
	"athens: one replica against the HPA": amounts,
	"athens: must spread":                 operators,
	"athens: no spread":                   operators,
	"athens: affinity instead":            operators,
	"service athens: trafficDistribution": "the DestinationRule decides which pods are near",
	"config hash":                         "it only decides when pods restart",
	"pull secret gone":                    "a node or an account may have the credentials of the registry",
}
