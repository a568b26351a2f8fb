package strict_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/internal/strict/stricttest"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

const minimal = stricttest.Head + `spec:
  host: goproxy.example.com
`

const production = stricttest.Head + `spec:
  host: goproxy.example.com
  athens:
    version: v0.18.0                    # decides which env names, tracing and metrics exist
    replicas: 3
    autoscaling: {maxReplicas: 10}
    goGetWorkers: 5
    storage:
      azureBlob: {account: athensweu, container: gomods, credentials: {secretRef: {name: athens-blob}}}
    upstream: {goproxy: https://mirror.example.com, sumDBs: [https://sum.example.com]}
    private: {patterns: ["github.com/acme/*"], netrc: {secretRef: {name: athens-netrc}}}
  lathens: {replicas: 3, ttl: 60s, staleIfError: 24h}
  crathens: {schedule: "17 */6 * * *", maxVersionsPerModule: 20}
  egress: {mode: Listed, allow: []}
  gateway: {istio: {workload: {labels: {istio: aks-istio-ingressgateway-external}, namespace: aks-istio-ingress, serviceAccountName: aks-istio-ingressgateway-external}}, tls: {secretName: goproxy-tls}}
  mesh:
    mode: Sidecar                       # Sidecar | Ambient | None
    revision: asm-1-30                  # AKS add-on; empty = istio-injection
  tracing: {provider: otel, sampling: 5%, collector: {serviceRef: {namespace: observability, name: otel-collector}}}
  edge:
    frontDoor: {id: 11111111-2222-3333-4444-555555555555, originTimeout: 240s}
  regions: [{name: westeurope}, {name: eastus2, overrides: {athens: {storage: {azureBlob: {account: athenseus2}}}}}]
`

func TestLoadRightSites(t *testing.T) {
	for name, text := range map[string]string{"minimal": minimal, "production": production} {
		t.Run(name, func(t *testing.T) {
			site, problems := stricttest.Load(t, text)
			stricttest.Expect(t, problems, nil)
			if site.Spec.Athens.Version != "v0.18.0" {
				t.Errorf("defaults are filled in: %q", site.Spec.Athens.Version)
			}
		})
	}
	files, err := filepath.Glob("../../examples/*/site.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, f := range append(files, "../../overlays/base/site.yaml") {
		t.Run(f, func(t *testing.T) {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			_, problems := stricttest.Load(t, string(data))
			stricttest.Expect(t, problems, nil)
		})
	}
}

func TestDefaultTwice(t *testing.T) {
	for name, text := range map[string]string{"minimal": minimal, "production": production} {
		t.Run(name, func(t *testing.T) {
			once, problems := strict.Decode[v1alpha1.AthensSite](stricttest.Node(t, text))
			stricttest.Expect(t, problems, nil)
			once.Default()
			twice, _ := strict.Decode[v1alpha1.AthensSite](stricttest.Node(t, text))
			twice.Default()
			twice.Default()
			if d := cmp.Diff(once, twice); d != "" {
				t.Error(d)
			}
			stricttest.Expect(t, twice.Validate(nil), nil)
		})
	}
}

// The rules do not complain again about what the decoder could not read, nor
// about what depends on it; they still report everything else.
func TestLoadSaysThingsOnce(t *testing.T) {
	stricttest.RunAll(t, []rule{
		{"required field misspelled", "hots: a.example.com\nhost: ", []string{"spec.hots: did you mean host?"}},
		{"storage misspelled", "athens: {replicas: 3, storage: {azureblob: {account: x}}}", []string{"spec.athens.storage.azureblob: did you mean azureBlob?"}},
		{"required field of the wrong type", "athens: {storage: {external: {url: 5}}}", []string{"spec.athens.storage.external.url: must be a string"}},
		{"half an object", "athens: {storage: {azureBlob: {account: 5, container: \"\", credentials: {secretRef: {name: x}}}}}", []string{
			"spec.athens.storage.azureBlob.account: must be a string", "spec.athens.storage.azureBlob.container: is required"}},
		{"both kinds", "athens: {logLevel: loud, goGetWorkers: x}", []string{"spec.athens.logLevel: is not a choice", "spec.athens.goGetWorkers: must be a number"}},
	})
}
