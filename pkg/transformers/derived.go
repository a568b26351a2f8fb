package transformers

import (
	"strings"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// derivation is an object that a controller makes of another one, and names
// after it.
type derivation struct{ from, kind, name string }

// derivations are those of the operators whose kinds the table knows, where the
// name of the one holds that of the other (*). What a field names, as secretName
// of a Certificate does, keeps its name.
var derivations = []derivation{
	// opentelemetry-operator: internal/naming
	{"opentelemetry.io/OpenTelemetryCollector", aService, "*-collector"},
	{"opentelemetry.io/OpenTelemetryCollector", aService, "*-collector-headless"},
	{"opentelemetry.io/OpenTelemetryCollector", aService, "*-collector-monitoring"},
	{"opentelemetry.io/OpenTelemetryCollector", aService, "*-targetallocator"},
	{"opentelemetry.io/OpenTelemetryCollector", anAccount, "*-collector"},
	{"opentelemetry.io/OpenTelemetryCollector", anAccount, "*-targetallocator"},
	{"opentelemetry.io/OpenTelemetryCollector", "apps/Deployment", "*-collector"},
	{"bitnami.com/SealedSecret", aSecret, "*"},
	{"external-secrets.io/ExternalSecret", aSecret, "*"}, // unless spec.target.name says another
	{"serving.knative.dev/Service", aService, "*"},
	// Grafana's, Jaeger's and Tempo's operators
	{"grafana.integreatly.org/Grafana", aService, "*-service"},
	{"jaegertracing.io/Jaeger", aService, "*-collector"},
	{"jaegertracing.io/Jaeger", aService, "*-collector-headless"},
	{"jaegertracing.io/Jaeger", aService, "*-query"},
	{"tempo.grafana.com/TempoMonolithic", aService, "tempo-*"},
	{"tempo.grafana.com/TempoStack", aService, "tempo-*-distributor"},
	{"tempo.grafana.com/TempoStack", aService, "tempo-*-gateway"},
	{"tempo.grafana.com/TempoStack", aService, "tempo-*-query-frontend"},
	// CloudNativePG, MongoDB's community operator, Strimzi: databases and brokers
	{"postgresql.cnpg.io/Cluster", aService, "*-rw"},
	{"postgresql.cnpg.io/Cluster", aService, "*-ro"},
	{"postgresql.cnpg.io/Cluster", aService, "*-r"},
	{"postgresql.cnpg.io/Cluster", aSecret, "*-app"},
	{"postgresql.cnpg.io/Cluster", aSecret, "*-superuser"},
	{"postgresql.cnpg.io/Cluster", aSecret, "*-ca"},
	{"postgresql.cnpg.io/Cluster", anAccount, "*"},
	{"mongodbcommunity.mongodb.com/MongoDBCommunity", aService, "*-svc"},
	{"kafka.strimzi.io/Kafka", aService, "*-kafka-bootstrap"},
	{"kafka.strimzi.io/Kafka", aService, "*-kafka-brokers"},
}

// canary is a kind for whose target Flagger makes Services.
const canary = "flagger.app/Canary"

// derived are the objects that controllers make of one.
func derived(o *object) (out []*object) {
	kind := o.group + "/" + o.kind
	for _, d := range derivations {
		if d.from == kind && (kind != "external-secrets.io/ExternalSecret" || tree.Text(o.node, "spec", "target", "name") == "") {
			out = append(out, o.derive(d.kind, d.name))
		}
	}
	if kind == gatewayGroup+"/Gateway" {
		// Istio names what it makes of a waypoint after it, else with the name
		// of the class behind.
		pattern := "*"
		if class := tree.Text(o.node, "spec", "gatewayClassName"); class != "istio-waypoint" {
			pattern += "-" + strings.ReplaceAll(class, "*", "")
		}
		for _, meant := range []string{anAccount, aService, "apps/Deployment"} {
			out = append(out, o.derive(meant, pattern))
		}
	}
	return out
}

// derive is an object of a kind with the name of another one in its own, at *.
func (o *object) derive(meant, pattern string) *object {
	d := *o
	d.maker, d.suffix = o, ""
	d.group, d.kind, _ = strings.Cut(meant, "/")
	named := func(s string) string { return strings.Replace(pattern, "*", s, 1) }
	places := func(was []place) (out []place) {
		for _, p := range was {
			out = append(out, place{p.namespace, named(p.name)})
		}
		return out
	}
	d.name, d.was, d.left = named(o.name), places(o.was), places(o.left)
	return &d
}
