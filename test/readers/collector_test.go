package readers

import (
	"bytes"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage"
	"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/filelogreceiver"
	"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/jaegerreceiver"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/yamlprovider"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/otlpexporter"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/otelcol"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/batchprocessor"
	"go.opentelemetry.io/collector/processor/memorylimiterprocessor"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
	"go.opentelemetry.io/collector/service/telemetry/otelconftelemetry"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/gomods/athens-kfn/internal/spectest"
	"github.com/gomods/athens-kfn/pkg/generators"
	sites "github.com/gomods/athens-kfn/pkg/generators/site"
)

// distribution is what an image of the collector is built from.
type distribution struct {
	Dist struct {
		Name, Version string
	}
	Receivers, Processors, Exporters, Extensions []struct{ GoMod string }
}

// otelcolK8s is the distribution of v1alpha1.CollectorImage.
func otelcolK8s(t *testing.T) (d distribution) {
	t.Helper()
	text, err := os.ReadFile("testdata/otelcol-k8s.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// modules are the components that sites use, by the module that each is in.
var modules = struct {
	receivers  map[string]receiver.Factory
	processors map[string]processor.Factory
	exporters  map[string]exporter.Factory
	extensions map[string]extension.Factory
}{
	map[string]receiver.Factory{
		"go.opentelemetry.io/collector/receiver/otlpreceiver":                                otlpreceiver.NewFactory(),
		"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/filelogreceiver": filelogreceiver.NewFactory(),
		"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/jaegerreceiver":  jaegerreceiver.NewFactory(),
	},
	map[string]processor.Factory{
		"go.opentelemetry.io/collector/processor/batchprocessor":         batchprocessor.NewFactory(),
		"go.opentelemetry.io/collector/processor/memorylimiterprocessor": memorylimiterprocessor.NewFactory(),
	},
	map[string]exporter.Factory{
		"go.opentelemetry.io/collector/exporter/otlpexporter": otlpexporter.NewFactory(),
	},
	map[string]extension.Factory{
		"github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage": filestorage.NewFactory(),
	},
}

// in are the factories whose modules a distribution lists.
func in[F any](all map[string]F, listed []struct{ GoMod string }) (out []F) {
	for _, l := range listed {
		path, _, _ := strings.Cut(l.GoMod, " ")
		if f, ok := all[path]; ok {
			out = append(out, f)
		}
	}
	return out
}

// factories are those of a distribution, as far as a site uses them.
func (d *distribution) factories() (out otelcol.Factories, err error) {
	if out.Receivers, err = otelcol.MakeFactoryMap(in(modules.receivers, d.Receivers)...); err != nil {
		return out, err
	}
	if out.Processors, err = otelcol.MakeFactoryMap(in(modules.processors, d.Processors)...); err != nil {
		return out, err
	}
	if out.Extensions, err = otelcol.MakeFactoryMap(in(modules.extensions, d.Extensions)...); err != nil {
		return out, err
	}
	out.Telemetry = otelconftelemetry.NewFactory()
	out.Exporters, err = otelcol.MakeFactoryMap(in(modules.exporters, d.Exporters)...)
	return out, err
}

// collector is one that a site brings.
type collector struct {
	kind, image string
	config      []byte
	spec        *spec
}

// spec is what the operator makes the collector's pod of.
type spec struct {
	Resources          corev1.ResourceRequirements
	PodSecurityContext *corev1.PodSecurityContext
	VolumeMounts       []corev1.VolumeMount
}

// storageDirectory is where a configuration keeps positions.
func storageDirectory(t *testing.T, text []byte) string {
	t.Helper()
	var config struct {
		Extensions struct {
			FileStorage struct{ Directory string } `json:"file_storage"`
		}
	}
	if err := yaml.Unmarshal(text, &config); err != nil || config.Extensions.FileStorage.Directory == "" {
		t.Fatalf("%v: no directory of file_storage in\n%s", err, text)
	}
	return config.Extensions.FileStorage.Directory
}

func collectors(t *testing.T, site string) (out []collector) {
	t.Helper()
	for _, o := range sites.Objects(spectest.Sound(t, "goproxy", site)) {
		var c collector
		var config any
		switch o := o.(type) {
		case *generators.OpenTelemetryCollector:
			c, config = collector{kind: "traces", image: o.Spec.Image}, o.Spec.Config
			if o.Spec.Mode == "daemonset" {
				c.kind = "logs"
			}
			c.spec = &spec{o.Spec.Resources, o.Spec.PodSecurityContext, o.Spec.VolumeMounts}
		default:
			continue
		}
		var err error
		if c.config, err = yaml.Marshal(config); err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

const (
	logsSpec   = `logs: {openTelemetry: {namespace: observability, exporter: {endpoint: "logs.observability.svc.cluster.local:4317", tls: {enabled: false}}}}`
	tracesSpec = `tracing: {provider: otel, collector: {serviceRef: {namespace: observability, name: traces-collector}}, operator: {exporter: {endpoint: "tempo.observability.svc.cluster.local:4317"}}}`
)

// The collectors of a site start in the distribution that runs them: it has
// every component that they name, and takes the configuration.
func TestCollectors_StartInTheirDistribution(t *testing.T) {
	d := otelcolK8s(t)
	image := "ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-" + strings.TrimPrefix(d.Dist.Name, "otelcol-") + ":" + d.Dist.Version
	seen := map[string]int{}
	for name, spec := range map[string]string{
		"logs":                   logsSpec,
		"logs by TLS":            strings.Replace(logsSpec, ", tls: {enabled: false}", "", 1),
		"traces":                 tracesSpec,
		"traces of a new Athens": tracesSpec + "\nathens: {version: v0.19.0}",
		"both":                   logsSpec + "\n" + tracesSpec,
	} {
		for _, c := range collectors(t, spec) {
			seen[c.kind]++
			if c.image != image {
				t.Errorf("%s: the %s run in %s, and what is known is %s", name, c.kind, c.image, image)
			}
			if limits := c.spec.Resources.Limits; limits.Memory().IsZero() {
				t.Errorf("%s: the %s have no limit of memory, and memory_limiter would take its share of the node's", name, c.kind)
			}
			if c.kind == "logs" { // a volume of its pod
				directory := storageDirectory(t, c.config)
				if !slices.ContainsFunc(c.spec.VolumeMounts, func(m corev1.VolumeMount) bool { return m.MountPath == directory && !m.ReadOnly }) {
					t.Errorf("%s: no volume is mounted at %s", name, directory)
				}
				c.config = bytes.ReplaceAll(c.config, []byte(directory), []byte(t.TempDir()))
			}
			if err := dryRun(&d, c.config); err != nil {
				t.Errorf("%s: the collector of %s does not start: %v\n%s", name, c.kind, err, c.config)
			}
		}
	}
	if seen["logs"] != 3 || seen["traces"] != 3 {
		t.Errorf("collectors: %v", seen)
	}
}

// The operator's own default lacks a component, and a misspelt field is seen:
// so the test above can fail.
func TestCollectors_AreHeldAgainstTheList(t *testing.T) {
	c := collectors(t, logsSpec)[0]
	c.config = bytes.ReplaceAll(c.config, []byte(storageDirectory(t, c.config)), []byte(t.TempDir()))
	d := otelcolK8s(t)
	if err := dryRun(&d, c.config); err != nil {
		t.Fatal(err)
	}
	d.Receivers = d.Receivers[:1]
	if err := dryRun(&d, c.config); err == nil || !strings.Contains(err.Error(), "filelog") {
		t.Errorf("without the receiver: %v", err)
	}
	d = otelcolK8s(t)
	d.Extensions = nil
	if err := dryRun(&d, c.config); err == nil || !strings.Contains(err.Error(), "file_storage") {
		t.Errorf("without the extension: %v", err)
	}
	d = otelcolK8s(t)
	if err := dryRun(&d, bytes.Replace(c.config, []byte("include_file_path"), []byte("include_file_paths"), 1)); err == nil {
		t.Error("a field that is not there was taken")
	}
}

// The components linked here are those of the version that the image has.
func TestModules_AreOfTheImagesVersion(t *testing.T) {
	d := otelcolK8s(t)
	all, err := exec.Command("go", "list", "-m", "-f", "{{.Path}} {{.Version}}", "all").Output()
	if err != nil {
		t.Fatal(err)
	}
	versions := map[string]string{}
	for line := range strings.Lines(string(all)) {
		path, version, _ := strings.Cut(strings.TrimSpace(line), " ")
		versions[path] = version
	}
	checked := 0
	for _, group := range [][]struct{ GoMod string }{d.Receivers, d.Processors, d.Exporters, d.Extensions} {
		for _, l := range group {
			path, want, _ := strings.Cut(l.GoMod, " ")
			if !linked(path) {
				continue
			}
			if checked++; versions[path] != want {
				t.Errorf("%s is %s here and %s in the image", path, versions[path], want)
			}
		}
	}
	if want := len(modules.receivers) + len(modules.processors) + len(modules.exporters) + len(modules.extensions); checked != want {
		t.Errorf("the image has %d of the %d modules", checked, want)
	}
}

// linked says whether a module is one of those that sites use.
func linked(path string) bool {
	_, r := modules.receivers[path]
	_, p := modules.processors[path]
	_, e := modules.exporters[path]
	_, x := modules.extensions[path]
	return r || p || e || x
}

// dryRun does what the collector does before it starts.
func dryRun(d *distribution, config []byte) error {
	c, err := otelcol.NewCollector(otelcol.CollectorSettings{
		Factories: d.factories,
		ConfigProviderSettings: otelcol.ConfigProviderSettings{ResolverSettings: confmap.ResolverSettings{
			URIs:              []string{"yaml:" + string(config)},
			ProviderFactories: []confmap.ProviderFactory{yamlprovider.NewFactory()},
		}},
	})
	if err != nil {
		return err
	}
	return c.DryRun(context())
}
