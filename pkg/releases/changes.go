package releases

import (
	"fmt"
	"slices"

	"golang.org/x/mod/semver"
)

// Change is one difference between two releases.
type Change struct {
	// Topic is Settings, Tracing, Metrics, Logs or Process.
	Topic string
	// Name of the setting; empty where the change is about none.
	Name string
	// What changes, in one sentence.
	What string
}

// Topics of changes, in their order.
var Topics = [...]string{"Settings", "Tracing", "Metrics", "Logs", "Process"}

// notes are what changed beside names and defaults of settings: in a release,
// from something to something else.
var notes = [...]struct{ since, topic, from, to string }{
	{AthensLater, "Tracing", "OpenCensus: jaeger (HTTP, port 14268), datadog or stackdriver", "OpenTelemetry: otlp (gRPC, port 4317); Athens starts with any other exporter, but sends no traces"},
	{AthensLater, "Tracing", "trace context in B3 headers", "trace context in W3C headers (traceparent)"},
	{AthensLater, "Tracing", "OpenCensus decides which traces are kept (one in 10,000 of those that begin here)", "ATHENS_TRACE_SAMPLING_FRACTION decides (all of those that begin here, unless it is set)"},
	{v017, "Metrics", "no metrics about the cache and upstream", "proxy_cache_lookup_total, proxy_upstream_fetch_total and proxy_upstream_fetch_duration_seconds"},
	{AthensLater, "Metrics", "HTTP metrics of OpenCensus: proxy_opencensus_io_http_server_… and …_client_…", "HTTP metrics of OpenTelemetry: proxy_http_server_… and proxy_http_client_…"},
	{v018, "Logs", "logrus writes them", "log/slog writes them; levels trace, fatal and panic are read as debug, error and error"},
	{v017, "Process", "a configuration file that leaves a setting out makes it empty", "it leaves the default"},
	{AthensLater, "Process", "Athens reaps child processes itself", "only tini in the image does; a command of your own would leave zombies"},
}

// Changes are what a site's owner meets on the way from one release to
// another, which may be older. Settings come first, in the order of their
// names.
func Changes(from, to string) []Change {
	var out []Change
	add := func(topic, name, format string, args ...any) {
		out = append(out, Change{topic, name, fmt.Sprintf(format, args...)})
	}
	for i := 0; i < len(settings); {
		releases := run(i)
		i += len(releases)
		name := releases[0].Name
		before, had := in(releases, from)
		after, has := in(releases, to)
		switch {
		case !had && has:
			add("Settings", name, "new: %s%s", after.What, byDefault(after.Default))
		case had && !has:
			add("Settings", name, "gone: %s", before.What)
		case had && before.What != after.What:
			add("Settings", name, "changed: %s → %s", before.What, after.What)
		}
		if had && has && before.Default != after.Default {
			add("Settings", name, "default: %s → %s", before.Default, after.Default)
		}
	}
	for _, topic := range Topics {
		for _, n := range notes {
			if n.topic != topic {
				continue
			}
			switch {
			case semver.Compare(from, n.since) < 0 && semver.Compare(to, n.since) >= 0:
				add(topic, "", "%s → %s", n.from, n.to)
			case semver.Compare(from, n.since) >= 0 && semver.Compare(to, n.since) < 0:
				add(topic, "", "%s → %s", n.to, n.from)
			}
		}
	}
	return out
}

func in(releases []Setting, version string) (Setting, bool) {
	i := slices.IndexFunc(releases, func(s Setting) bool { return s.In(version) })
	if i < 0 {
		return Setting{}, false
	}
	return releases[i], true
}

func byDefault(value string) string {
	if value == "" {
		return ""
	}
	return " (" + value + ")"
}

// TraceExporters are the values of ATHENS_TRACE_EXPORTER that a release sends
// traces with.
func TraceExporters(version string) []string {
	if semver.Compare(version, AthensLater) < 0 {
		return []string{"jaeger", "datadog", "stackdriver"}
	}
	return []string{"otlp"}
}
