package check

import (
	"strings"

	"github.com/gomods/athens-kfn/pkg/problem"
)

// Codes of what reading a site may bring up; nothing else can then be judged.
const (
	unreadable = "AK001"
	unknown    = "AK002"
	missing    = "AK003"
	unusable   = "AK004"
	clash      = "AK005"
	overrides  = "AK006"
	beyond     = "AK007"
	stale      = "AK008"
)

// codeOf sorts a problem that Load reports.
func codeOf(p problem.Problem) string {
	switch {
	case p.Path == "" || p.Path == "apiVersion" || p.Path == "kind":
		return unreadable
	case strings.HasPrefix(p.Message, "merged over the spec"):
		return overrides
	case strings.HasPrefix(p.Message, "unknown field"), strings.HasPrefix(p.Message, "has moved"), strings.HasPrefix(p.Message, "is planned"):
		return unknown
	case strings.HasPrefix(p.Message, "is required"):
		return missing
	}
	return unusable
}

func specRules() []Rule {
	return []Rule{
		{
			Code: unreadable, Severity: Error,
			Fault: "the file holds no AthensSite that can be read",
			Title: "the file holds an AthensSite that can be read",
			Why:   "A file that is not YAML, or that holds no AthensSite of a version that this program knows, gives no manifests at all.",
			Cure:  "Write apiVersion: athens.gomods.io/v1alpha1 and kind: AthensSite, and indent with spaces.",
			Raw:   "apiVersion: athens.gomods.io/v1\nkind: AthensSite\nmetadata: {name: goproxy, namespace: goproxy}\nspec:\n  host: goproxy.example.com\n",
		},
		{
			Code: unknown, Severity: Error,
			Fault: "a field is unknown",
			Title: "every field is known",
			Why:   "A misspelled field would be passed over in silence by a lenient reader, and the site would run with a default that nobody wanted.",
			Cure:  "Take the name that the message proposes; `athens-kfn explain` prints every field.",
			Example: `
athens:
  timeout: {request: 60s}`,
		},
		{
			Code: missing, Severity: Error,
			Fault: "a required field is missing",
			Title: "every required field is set",
			Why:   "Nothing can stand in for these fields: they name what only you know, as a bucket or a Secret.",
			Cure:  "Write the field that the message names.",
			Example: `
athens:
  storage:
    azureBlob: {container: null}`,
		},
		{
			Code: unusable, Severity: Error,
			Fault: "a value cannot be used",
			Title: "every value can be used, and none contradicts another",
			Why:   "The value has the wrong form, or it excludes another one: replicas without a lock, a deadline inside that is longer than the one around it. The manifests of such a site would be refused by the cluster, or would fail later and in a place that does not show the reason.",
			Cure:  "Write what the message proposes.",
			Example: `
athens:
  replicas: 4
  autoscaling: {maxReplicas: 2}`,
		},
		{
			Code: clash, Severity: Error,
			Beside: []string{"AK401", "AK602"}, // of the first site, which is sound
			Fault:  "two sites of one run collide",
			Title:  "the sites of one run do not collide",
			Why:    "Two sites in one namespace deny each other's requests. Of two that name one host on one gateway, as host or originHost, only the older is served.",
			Cure:   "Give each site a name, a namespace, a host and an originHost of its own. For sites in several files, see docs/howto/shared-gateway.md.",
			Raw: `apiVersion: athens.gomods.io/v1alpha1
kind: AthensSite
metadata: {name: one, namespace: one}
spec:
  host: goproxy.example.com
---
apiVersion: athens.gomods.io/v1alpha1
kind: AthensSite
metadata: {name: two, namespace: two}
spec:
  host: goproxy.example.com
`,
		},
		{
			Code: overrides, Severity: Error,
			Fault: "a region's overrides do not give a valid site",
			Title: "the site is valid in every region",
			Why:   "A region's overrides are merged over the spec. What comes of it must be a sound site too, or that region gets no manifests.",
			Cure:  "Write the missing or contradicting field into the region's overrides; null switches off what is off by default.",
			Example: `
regions:
- name: westeurope
- name: eastus2
  overrides: {athens: {storage: {disk: {}}}}`,
		},
		{
			Code: beyond, Severity: Error,
			Fault:   "the site is outside the limits of its cluster",
			Title:   "the site is within the limits of its cluster",
			Why:     "Whoever may edit this file decides what is applied, so a site may be behind a known ingress gateway only, and within what those who run the cluster allow in /etc/athens-kfn/limits.yaml: a selector of other pods would give them a load balancer and rules.",
			Cure:    "Write what the message names, or have those who run the cluster allow it (docs/security.md). On a machine of your own, write the line into a file and pass it as --limits FILE.",
			Example: `gateway: {istio: {workload: {namespace: edge, labels: {app: edge-gateway}, serviceAccountName: edge}}}`,
		},
		{
			Code: stale, Severity: Warning,
			Fault: "an accepted finding does not fire, or has no reason",
			Title: "every accepted finding fires, and has a reason",
			Why:   "An accepted finding is a decision that somebody made about this site. A line that accepts nothing hides that the decision is out of date, and would accept the finding without a second look when it comes back.",
			Cure:  "Remove the line from the annotation " + AcceptAnnotation + ", or write it as CODE: REASON.",
			Raw:   strings.Replace(sound, "metadata: {name: goproxy, namespace: goproxy}", "metadata:\n  name: goproxy\n  namespace: goproxy\n  annotations: {"+AcceptAnnotation+": \"AK401: one pod is enough here\"}", 1),
		},
	}
}
