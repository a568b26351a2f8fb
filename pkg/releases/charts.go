package releases

// charts are the releases of the chart athens-proxy and the Athens that each runs
// unless its values say otherwise: appVersion in its Chart.yaml, in
// https://github.com/gomods/athens-charts at the tag athens-proxy-VERSION.
//
// Between the first and the last these values changed what they do:
//   - 0.14.0 (#85): strategy.type became Recreate, it was RollingUpdate; jaeger.url
//     and sshGitServers became empty; service.nodePort.port was 30080 before
//   - 0.14.5 (#95): readinessProbe is read
//   - 0.15.0 (#114): configEnvVars wins over the variables that other values set
//   - 0.15.1 (#112): singleFlight is read
//   - 0.15.3 (#120): podDisruptionBudget is read
//   - 0.15.4 (#127): initContainerImage is read, and the name of
//     initContainerResources is spelt right
//   - 0.17.0 (#134): singleFlight.redis.existingSecret is read
var charts = map[string]string{
	"0.11.0": "v0.14.0", "0.12.0": "v0.14.0", "0.12.1": "v0.14.1", "0.12.2": "v0.14.1", "0.13.0": "v0.15.1",
	"0.14.0": "v0.15.1", "0.14.1": "v0.15.1", "0.14.2": "v0.15.3", "0.14.3": "v0.15.4", "0.14.4": "v0.15.4",
	"0.14.5": "v0.16.0", "0.14.6": "v0.16.0", "0.14.7": "v0.16.0", "0.15.0": "v0.16.0", "0.15.1": "v0.16.0",
	"0.15.2": "v0.16.1", "0.15.3": "v0.16.1", "0.15.4": "v0.16.1", "0.15.5": "v0.16.2", "0.16.0": "v0.17.0",
	"0.16.1": "v0.17.1", "0.17.0": "v0.18.0",
}

// AthensOf is the release of Athens that a release of the chart athens-proxy runs,
// and whether that release of the chart is known.
func AthensOf(chart string) (athens string, known bool) {
	athens, known = charts[chart]
	return athens, known
}
