package conformance

import (
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestBroken shows that every check can fail: each case breaks one field of an
// object that was sound, and wants to hear about it from that check.
func TestBroken(t *testing.T) {
	cases := []struct {
		name, kind, path string
		value            any    // nil removes the field
		want             string // part of a line, which begins with the check's name
	}{
		{"Kubernetes: unknown field", "Deployment", "spec.replcas", int64(1), `api server: strict decoding error: unknown field "spec.replcas"`},
		{"Kubernetes: wrong type", "Deployment", "spec.replicas", "one", "api server: "},
		{"Kubernetes: validation", "Deployment", "spec.replicas", int64(-1), "api server: spec.replicas: Invalid value"},
		{"Kubernetes: between fields", "Deployment", "spec.template.metadata.labels", nil, "api server: spec.template.metadata.labels: Invalid value"},
		{"Kubernetes: warning", "Deployment", "spec.template.spec.containers.0.resources.requests.memory", "100m", "api server: warning: spec.template.spec.containers[0].resources.requests[memory]"},
		{"Kubernetes: name", "Service", "metadata.name", "Goproxy", "api server: metadata.name: Invalid value"},
		{"Kubernetes: port", "Service", "spec.ports.0.port", int64(0), "api server: spec.ports[0].port: Invalid value"},
		{"Kubernetes: cron", "CronJob", "spec.schedule", "17 */6 * *", "api server: spec.schedule: Invalid value"},
		{"Kubernetes: unknown kind", "Service", "kind", "Servize", "operator: no check knows"},
		{"pod security: Deployment", "Deployment", "spec.template.spec.securityContext.seccompProfile", nil, "pod security: seccompProfile"},
		{"pod security: container", "Deployment", "spec.template.spec.containers.0.securityContext.capabilities", nil, "pod security: unrestricted capabilities"},
		{"pod security: CronJob", "CronJob", "spec.jobTemplate.spec.template.spec.securityContext.runAsNonRoot", nil, "pod security: runAsNonRoot != true"},
		{"Istio schema: unknown field", "VirtualService", "spec.http.0.timeOut", "30s", "crd: spec.http[0].timeOut: unknown field"},
		{"Istio schema: wrong type", "VirtualService", "spec.http.0.route.0.destination.port.number", "80", "crd: spec.http[0].route[0].destination.port.number: "},
		{"Istio schema: required", "ServiceEntry", "spec.hosts", nil, "crd: spec.hosts: Required value"},
		{"Istio schema: enum", "ServiceEntry", "spec.resolution", "DNSS", "crd: spec.resolution: Unsupported value"},
		{"Istio schema: kind", "ServiceEntry", "kind", "ServiceEntri", "crd: no CRD has this"},
		{"Istio CEL: duration", "VirtualService", "spec.http.0.timeout", "0s", `crd: spec.http[0].timeout: Invalid value: "0s": must be a valid duration greater than 1ms`},
		{"Istio CEL: wildcard", "ServiceEntry", "spec.hosts", []any{"*"}, `crd: spec.hosts[0]: Invalid value: "*": hostname cannot be wildcard`},
		{"Istio message: unknown field", "VirtualService", "spec.http.0.timeOut", "30s", "message: proto:"},
		{"Istio message: snake case is not ours", "DestinationRule", "spec.traffic_policy", map[string]any{}, "crd: spec.traffic_policy: unknown field"},
		{"Istio message: spec", "AuthorizationPolicy", "spec", nil, "message: spec is missing"},
		{"operator: unknown field", "ExternalSecret", "spec.secretStore", "vault", "operator: spec.secretStore: unknown field"},
		{"operator: enum", "ExternalSecret", "spec.secretStoreRef.kind", "Vault", "operator: spec.secretStoreRef.kind: Unsupported value"},
		{"operator: unknown field of cert-manager", "Certificate", "spec.dnsName", "a", "operator: spec.dnsName: unknown field"},
		{"operator: unknown field of KEDA", "ScaledObject", "spec.maxReplicas", int64(2), "operator: spec.maxReplicas: unknown field"},
		{"operator: required by KEDA", "ScaledObject", "spec.triggers.0.type", nil, "operator: spec.triggers[0].type: Required value"},
		{"operator: enum of Prometheus", "PodMonitor", "spec.podMetricsEndpoints.0.relabelings.0.action", "substitute", "operator: spec.podMetricsEndpoints[0].relabelings[0].action: Unsupported value"},
		{"operator: duration of Prometheus", "PodMonitor", "spec.podMetricsEndpoints.0.interval", "1 minute", "operator: spec.podMetricsEndpoints[0].interval: Invalid value"},
		{"status", "AuthorizationPolicy", "status", map[string]any{}, "status: a manifest has no status"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			o := sound(t, c.kind)
			set(o.Object, strings.Split(c.path, "."), c.value)
			lines, _ := check(t, o)
			for _, line := range lines {
				if strings.HasPrefix(line, c.want) {
					return
				}
			}
			t.Errorf("want %q, got:\n%s", c.want, strings.Join(lines, "\n"))
		})
	}
}

// TestSound keeps the broken cases honest: unbroken, nothing is said.
func TestSound(t *testing.T) {
	for _, o := range readFile(t, filepath.Join(root, "test/conformance/testdata/sound.yaml")) {
		lines, names := check(t, o)
		if len(lines) > 0 || len(names) == 0 {
			t.Errorf("%s: checks %v\n%s", o, names, strings.Join(lines, "\n"))
		}
	}
}

func sound(t *testing.T, kind string) object {
	t.Helper()
	for _, o := range readFile(t, filepath.Join(root, "test/conformance/testdata/sound.yaml")) {
		if o.GetKind() == kind {
			return o
		}
	}
	t.Fatalf("sound.yaml has no %s", kind)
	return object{}
}

// set writes or removes the field at a path of keys and indexes.
func set(at any, path []string, value any) {
	for _, key := range path[:len(path)-1] {
		if i, err := strconv.Atoi(key); err == nil {
			at = at.([]any)[i]
		} else {
			at = at.(map[string]any)[key]
		}
	}
	last := path[len(path)-1]
	if value == nil {
		delete(at.(map[string]any), last)
	} else {
		at.(map[string]any)[last] = value
	}
}

// TestNoGoldens shows that an empty glob is not a pass.
func TestNoGoldens(t *testing.T) {
	if _, err := glob("testdata/golden/*/no-such-file.yaml"); err == nil {
		t.Error("no files, and no error")
	}
}

// TestGiven shows that only what the input holds as it stands is passed over.
func TestGiven(t *testing.T) {
	file := filepath.Join(root, "test/conformance/testdata/sound.yaml")
	output, input := readFile(t, file), readFile(t, file)
	set(output[0].Object, []string{"spec", "replicas"}, int64(2))
	markGiven(output, input)
	if output[0].given || !output[1].given {
		t.Errorf("changed: given = %v, unchanged: given = %v", output[0].given, output[1].given)
	}
}
