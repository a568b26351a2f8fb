package readers

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// readers name the test that holds a kind, or every kind of a group, against its
// reader's own code, or against what is written down of it: its file and its name. A
// kind is group/Kind.
var readers = map[string][]string{
	// The API server's decoding, defaults and validation.
	"":                  {"test/conformance/golden_test.go TestGoldens"},
	"apps":              {"test/conformance/golden_test.go TestGoldens"},
	"batch":             {"test/conformance/golden_test.go TestGoldens"},
	"autoscaling":       {"test/conformance/golden_test.go TestGoldens"},
	"policy":            {"test/conformance/golden_test.go TestGoldens"},
	"networking.k8s.io": {"test/conformance/golden_test.go TestGoldens"},
	// Istio's CRDs, then istiod itself.
	"networking.istio.io": {"test/conformance/golden_test.go TestGoldens", "test/mesh/analyzers_test.go TestAnalyzers"},
	"security.istio.io":   {"test/conformance/golden_test.go TestGoldens", "test/mesh/analyzers_test.go TestAnalyzers"},
	"telemetry.istio.io":  {"test/conformance/golden_test.go TestGoldens", "test/mesh/analyzers_test.go TestAnalyzers"},
	// CRDs of the operators' own modules, and of Azure's add-on; for External Secrets, the
	// Secrets Store driver and the OpenTelemetry operator, fields written down with their
	// sources.
	"monitoring.coreos.com/PodMonitor":        {"test/conformance/golden_test.go TestGoldens"},
	"azmonitoring.coreos.com/PodMonitor":      {"test/conformance/golden_test.go TestGoldens", "test/rules/azure_test.go TestAzure_KeepsWhatIsAskedFor"},
	"external-secrets.io":                     {"test/conformance/golden_test.go TestGoldens"},
	"secrets-store.csi.x-k8s.io":              {"test/conformance/golden_test.go TestGoldens"},
	"cert-manager.io":                         {"test/conformance/golden_test.go TestGoldens"},
	"keda.sh":                                 {"test/conformance/golden_test.go TestGoldens", "test/conformance/keda_test.go TestKEDA", "test/rules/metrics_test.go TestScalerQuery"},
	"monitoring.coreos.com/PrometheusRule":    {"test/conformance/golden_test.go TestGoldens", "test/rules/alerts_test.go TestAlerts"},
	"opentelemetry.io/OpenTelemetryCollector": {"test/conformance/golden_test.go TestGoldens", "test/readers/collector_test.go TestCollectors_StartInTheirDistribution", "test/readers/filelog_test.go TestFilelog_ReadsTheKubeletsFilesAsItsPodsUser"},
	// Azure Service Operator.
	"resources.azure.com":         {"pkg/generators/azure/aso_test.go TestOperatorFields"},
	"storage.azure.com":           {"pkg/generators/azure/aso_test.go TestOperatorFields"},
	"cdn.azure.com":               {"pkg/generators/azure/aso_test.go TestOperatorFields"},
	"network.frontdoor.azure.com": {"pkg/generators/azure/aso_test.go TestOperatorFields"},
	"managedidentity.azure.com":   {"pkg/generators/azure/aso_test.go TestOperatorFields"},
	"documentdb.azure.com":        {"pkg/generators/azure/aso_test.go TestOperatorFields"},
	"containerservice.azure.com":  {"pkg/generators/azure/aso_test.go TestOperatorFields"},
	"authorization.azure.com":     {"pkg/generators/azure/aso_test.go TestOperatorFields"},
}

// Each kind that a site has in any golden is on the list, each entry of the list is
// such a kind, and the tests that it names exist.
func TestKinds_HaveAReader(t *testing.T) {
	used := map[string]bool{}
	for _, kind := range printed(t) {
		group, _, _ := strings.Cut(kind, "/")
		switch {
		case readers[kind] != nil:
			used[kind] = true
		case readers[group] != nil:
			used[group] = true
		default:
			t.Errorf("no test holds %s against its reader", kind)
		}
	}
	for kind, tests := range readers {
		if !used[kind] {
			t.Errorf("no golden has %q: remove it from the list", kind)
		}
		for _, test := range tests {
			file, name, _ := strings.Cut(test, " ")
			text, err := os.ReadFile(filepath.Join("../..", file))
			if err != nil {
				t.Errorf("%s: %v", kind, err)
			} else if !strings.Contains(string(text), "func "+name+"(t *testing.T)") {
				t.Errorf("%s: %s has no %s", kind, file, name)
			}
		}
	}
}

// object is what tells a kind, and whether this program made it.
type object struct {
	APIVersion, Kind string
	Metadata         struct{ Labels map[string]string }
	Items            []object
}

// printed are the kinds of the objects in all goldens that this program made.
func printed(t *testing.T) (out []string) {
	t.Helper()
	paths, err := filepath.Glob("../../testdata/golden/*/output.yaml")
	if err != nil {
		t.Fatal(err)
	}
	add := func(o *object) {
		if o.Metadata.Labels["app.kubernetes.io/managed-by"] == "athens-kfn" {
			group, _, named := strings.Cut(o.APIVersion, "/")
			if !named {
				group = ""
			}
			out = append(out, group+"/"+o.Kind)
		}
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for document := range strings.SplitSeq(string(text), "\n---\n") {
			var o object
			if err := yaml.Unmarshal([]byte(document), &o); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			add(&o)
			for i := range o.Items {
				add(&o.Items[i])
			}
		}
	}
	if len(out) < 500 {
		t.Fatalf("%d objects: nothing is proved", len(out))
	}
	return out
}
