package check

import "testing"

// A limit and a request of memory are held to one rule: without a limit of its own
// a container gets the derived one.
func TestMemory_OfLimitsAndRequests(t *testing.T) {
	for resources, want := range map[string]string{
		"{limits: {memory: 64Mi}, requests: {memory: 64Mi}}":        "spec.athens.resources.limits.memory",
		"{requests: {memory: 32Mi}}":                                "spec.athens.resources.requests.memory",
		"{requests: {memory: 512Mi}, limits: {memory: 2Gi}}":        "spec.athens.resources.requests.memory",
		"{requests: {memory: 1536Mi}}":                              "",
		"{requests: {cpu: 100m}, limits: {ephemeral-storage: 6Gi}}": "",
	} {
		got := ""
		for _, f := range (&Rule{}).Try(over(sound, "athens: {resources: "+resources+"}")).All() {
			if f.Code == "AK406" {
				got += f.Field
			}
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", resources, got, want)
		}
	}
}
