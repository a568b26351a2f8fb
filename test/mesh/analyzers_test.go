package mesh

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"istio.io/istio/pkg/config/analysis/analyzers"
	"istio.io/istio/pkg/config/analysis/local"
	"istio.io/istio/pkg/config/resource"
	"istio.io/istio/pkg/util/protomarshal"

	"github.com/gomods/athens-kfn/test/mesh/cluster"
	"github.com/gomods/athens-kfn/test/mesh/istiod"
	"github.com/gomods/athens-kfn/test/mesh/manifest"
)

// exceptions are messages that are not a fault of a site, by a pattern of their
// beginning, and why.
var exceptions = map[*regexp.Regexp]string{
	regexp.MustCompile(`^Info \[IST0102\] \(Namespace goproxy-dev `):                             "a site with mesh.mode None does not ask for sidecars",
	regexp.MustCompile(`^Warning \[IST0133\] \(EnvoyFilter goproxy/goproxy-edge-cache `):         "the analyzer warns of every EnvoyFilter, and nothing else in Istio looks at the status of an answer",
	regexp.MustCompile(`^Warning \[IST0133\] \(EnvoyFilter [a-z-]+/[a-z-]+-behind-front-door `):  "the analyzer warns of every EnvoyFilter, and no other field of Istio trusts one hop at the site's own pods alone",
	regexp.MustCompile(`^Warning \[IST0134\] \(ServiceEntry [a-z-]+/[a-z-]+-egress-tcp-[0-9]+ `): "nobody knows the addresses of a name here: the port is what the mesh holds such connections to (docs/scope.md, Limitations)",
	regexp.MustCompile(`^Warning \[IST0133\] \(EnvoyFilter [a-z-]+/[a-z.-]+-failover `):          "the analyzer warns of every EnvoyFilter, and no other field of Istio sets how soon the gateway applies an ejection",
}

// analyze runs all of istioctl's analyzers over a cluster, and returns what
// they say of the objects of the sites.
func analyze(t *testing.T, objects []manifest.Object, rootNamespace, trustDomain string) []string {
	t.Helper()
	config := filepath.Join(t.TempDir(), "mesh.yaml")
	text, err := protomarshal.ToYAML(istiod.MeshConfig(rootNamespace, trustDomain))
	if err == nil {
		err = os.WriteFile(config, []byte(text), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	a := local.NewSourceAnalyzer(analyzers.AllCombined(), "", resource.Namespace(rootNamespace), nil)
	if err := a.AddFileKubeMeshConfig(config); err != nil {
		t.Fatal(err)
	}
	source := local.ReaderSource{Name: "cluster.yaml", Reader: strings.NewReader(manifest.YAML(objects))}
	if err := a.AddTestReaderKubeSource([]local.ReaderSource{source}); err != nil {
		return []string{err.Error()}
	}
	stop := make(chan struct{})
	defer close(stop)
	result, err := a.Analyze(stop)
	if err != nil {
		t.Fatal(err)
	}
	if len(result.SkippedAnalyzers) > 0 || len(result.ExecutedAnalyzers) < 36 {
		t.Errorf("%d analyzers, %q skipped", len(result.ExecutedAnalyzers), result.SkippedAnalyzers)
	}
	var out []string
	for _, m := range result.Messages {
		if line := m.String(); !excepted(line) && !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	return out
}

func excepted(line string) bool {
	for pattern := range exceptions {
		if pattern.MatchString(line) {
			return true
		}
	}
	return false
}

// TestAnalyzers: istioctl analyze has nothing to say about any case.
func TestAnalyzers(t *testing.T) {
	for _, c := range cases(t) {
		t.Run(c.Name, func(t *testing.T) {
			world, err := deploy(t, c, cluster.Trouble{})
			if err != nil {
				t.Fatal(err)
			}
			m := c.Sites[0].Spec.Mesh
			for _, line := range analyze(t, world.Cluster.Objects, m.RootNamespace, m.TrustDomain) {
				t.Error(line)
			}
		})
	}
}
