package conformance

import "testing"

// TestGatewayHostsPolicy_IsAdmitted holds deploy/admission/gateway-hosts.yaml
// against the API server's own validation, which compiles its expressions. What
// they answer for a Gateway is not run here.
func TestGatewayHostsPolicy_IsAdmitted(t *testing.T) {
	for _, o := range readFile(t, root+"/deploy/admission/gateway-hosts.yaml") {
		for _, problem := range checkKubernetes(o) {
			t.Errorf("%s: %s", o, problem)
		}
	}
}
