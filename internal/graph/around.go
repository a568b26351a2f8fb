package graph

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/span"
)

// IDs of boxes around the site.
const (
	prometheusID = "prometheus"
	tracesID     = "trace-collector"
	logsID       = "log-collector"
	kedaID       = "keda"
	regionsID    = "regions"
)

// around is what watches and scales the site, and its other regions.
func (b *builder) around() {
	spec, every := &b.site.Spec, []string{generators.Athens, generators.Lathens, generators.Crathens}
	if m := spec.Metrics; m != nil {
		how := map[string]string{
			v1alpha1.OperatorPrometheus:   "finds pods by the PodMonitor",
			v1alpha1.OperatorAzureManaged: "Azure's, finds pods by the PodMonitor",
			v1alpha1.OperatorNone:         "finds pods by their annotations",
		}[m.Operator]
		n := Node{ID: prometheusID, Kind: Watcher, Title: "Prometheus", Lines: []string{how, "scrapes every pod each " + span.Short(m.Interval.Duration)}, Objects: b.objectsOf(prometheusID)}
		if m.Namespace != "" {
			n.Lines = append(n.Lines, "in namespace "+m.Namespace)
		}
		b.beside(n, "scrapes", every...)
	}
	if t := spec.Tracing; t != nil {
		n := Node{ID: tracesID, Kind: Watcher, Title: "Trace collector", Lines: []string{generators.CollectorHost(b.site)}, Objects: b.objectsOf(tracesID)}
		if generators.Meshed(b.site) {
			n.Lines = append(n.Lines, "receives "+string(t.Sampling)+" of all traces")
		}
		b.beside(n, "")
		for _, p := range every {
			b.aside(p, tracesID, "spans")
		}
	}
	if l := spec.Logs.OpenTelemetry; l != nil {
		b.beside(Node{ID: logsID, Kind: Watcher, Title: "Log collector", Lines: []string{"on every node, in namespace " + l.Namespace, "sends to " + l.Exporter.Endpoint}, Objects: b.objectsOf(logsID)},
			"reads logs", every...)
	}
	if a := spec.Athens.Autoscaling; a != nil && a.KEDA != nil {
		b.beside(Node{ID: kedaID, Kind: Scaler, Title: "KEDA", Lines: []string{fmt.Sprintf("one pod of Athens per %d requests in flight", a.KEDA.RequestsInFlight), "asks " + a.KEDA.ServerAddress}, Objects: b.objectsOf(kedaID)},
			"scales", generators.Athens)
	}
	b.regions()
}

// aroundBox is the box around the site that an object belongs to; empty for none.
func (b *builder) aroundBox(o krm.ID) string {
	spec := &b.site.Spec
	switch o.Kind {
	case "PodMonitor", "PrometheusRule":
		if spec.Metrics != nil {
			return prometheusID
		}
	case "ScaledObject":
		if a := spec.Athens.Autoscaling; a != nil && a.KEDA != nil {
			return kedaID
		}
	case "OpenTelemetryCollector":
		switch {
		case spec.Logs.OpenTelemetry != nil && o.Name == generators.SharedName(b.site, "logs"):
			return logsID
		case spec.Tracing != nil:
			return tracesID
		}
	}
	return ""
}

// beside adds a box around the site, with its arrows to programs.
func (b *builder) beside(n Node, label string, programs ...string) {
	n.Place = Around
	b.add(n)
	for _, p := range programs {
		b.aside(n.ID, p, label)
	}
}

// aside is an arrow from or to a box around the site, if both of its ends are drawn.
func (b *builder) aside(from, to, label string) {
	if b.Node(from) != nil && b.Node(to) != nil {
		b.arrow(Edge{From: from, To: to, Label: []string{label}, Aside: true})
	}
}

// regions are all of the site's, with those whose modules each one stores too.
func (b *builder) regions() {
	all := b.site.Spec.Regions
	if len(all) == 0 {
		return
	}
	n := Node{ID: regionsID, Kind: Region, Title: fmt.Sprintf("%d regions", len(all))}
	for i := range all {
		n.Lines = append(n.Lines, b.warmed(&all[i]))
	}
	b.beside(n, "")
	if len(generators.CatalogSources(b.site)) > 0 {
		b.aside(generators.Crathens, regionsID, "GET /catalog")
	}
	if len(b.site.Spec.Gateway.CatalogRanges()) > 0 {
		b.aside(regionsID, gatewayID, "GET /catalog")
	}
}

// warmed says which modules a region stores before they are asked for.
func (b *builder) warmed(r *v1alpha1.Region) string {
	name, sources, known := r.Name, r.Written().Crathens.Sources, true
	switch {
	case r.Name == b.site.Spec.Region:
		name, sources = name+" (this picture)", b.site.Spec.Crathens.Sources
	case sources == nil:
		sources, known = b.shared()
	}
	if !known {
		return name + ": its own picture shows whose modules it stores"
	}
	var from []string
	for _, s := range sources {
		host := v1alpha1.HostOf(s.URL)
		from = append(from, host)
		for i := range b.site.Spec.Regions {
			if other := &b.site.Spec.Regions[i]; slices.Contains(b.hostsOf(other), host) {
				from[len(from)-1] = other.Name
			}
		}
	}
	if len(from) == 0 {
		return name + ": stores its own modules"
	}
	return name + ": stores the modules of " + strings.Join(from, ", ") + " too"
}

// shared are the sources of regions without their own. The site has those of its
// region merged into it, which hides what the others have.
func (b *builder) shared() (sources []v1alpha1.CatalogSource, known bool) {
	for i := range b.site.Spec.Regions {
		r := &b.site.Spec.Regions[i]
		if r.Name == b.site.Spec.Region && r.Written().Crathens.Sources != nil {
			return nil, false
		}
	}
	return b.site.Spec.Crathens.Sources, true
}

// hostsOf are the names under which a region alone is reached.
func (b *builder) hostsOf(r *v1alpha1.Region) (out []string) {
	w := r.Written()
	if w.Host != "" {
		out = append(out, w.Host)
	}
	if w.Edge.FrontDoor != nil && w.Edge.FrontDoor.OriginHost != "" {
		out = append(out, w.Edge.FrontDoor.OriginHost)
	}
	for _, h := range w.AdditionalHosts {
		out = append(out, h.Host)
	}
	return out
}
