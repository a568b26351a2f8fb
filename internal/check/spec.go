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
			Fault: "the file has no readable AthensSite",
			Title: "the file has a readable AthensSite",
			Why:   "A file that is not YAML, or that has no AthensSite of a known version, gives no manifests.",
			Cure:  "Set apiVersion: athens.gomods.io/v1alpha1 and kind: AthensSite, and indent with spaces.",
			Raw:   "apiVersion: athens.gomods.io/v1\nkind: AthensSite\nmetadata: {name: goproxy, namespace: goproxy}\nspec:\n  host: goproxy.example.com\n",
		},
		{
			Code: unknown, Severity: Error,
			Fault: "a field is unknown",
			Title: "every field is known",
			Why:   "If athens-kfn ignored a misspelled field, the site would run with a default that you did not intend.",
			Cure:  "Use the name that the message suggests. `athens-kfn explain` prints every field.",
			Example: `
athens:
  timeout: {request: 60s}`,
		},
		{
			Code: missing, Severity: Error,
			Fault: "a required field is missing",
			Title: "every required field is set",
			Why:   "These fields have no default, because only you know their values, such as a bucket or a Secret.",
			Cure:  "Set the field that the message names.",
			Example: `
athens:
  storage:
    azureBlob: {container: null}`,
		},
		{
			Code: unusable, Severity: Error,
			Fault: "a value is invalid",
			Title: "every value is valid, and none contradicts another",
			Why:   "The value has the wrong form, or it contradicts another one, such as replicas without a lock, or a deadline that is longer than the one around it. The cluster would refuse the manifests of such a site, or they would fail later without showing the reason.",
			Cure:  "Set the value that the message suggests.",
			Example: `
athens:
  replicas: 4
  autoscaling: {maxReplicas: 2}`,
		},
		{
			Code: clash, Severity: Error,
			Beside: []string{"AK401"}, // of the first site, which is sound
			Fault:  "two sites of one run collide",
			Title:  "the sites of one run do not collide",
			Why:    "Two sites in one namespace deny each other's requests. If two sites have the same host or originHost on one gateway, only the older one gets requests.",
			Cure:   "Give each site its own name, namespace, host and originHost. For sites in several files, see " + problem.Page("howto/shared-gateway.md") + ".",
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
			Why:   "A region's overrides are merged over the spec. If the result is not a valid site, that region gets no manifests.",
			Cure:  "Set the missing or contradicting field in the region's overrides. null switches off what is off by default.",
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
			Why:     "Everyone who can edit this file decides what is applied. A site may therefore use only a known ingress gateway, and must be within the limits that the operators of the cluster set in /etc/athens-kfn/limits.yaml. A selector of other pods would expose them through a load balancer.",
			Cure:    "Set the value that the message names, or ask an operator of the cluster to allow yours (" + problem.Page("security.md") + "). On your own machine, put the line in a file and pass it as --limits FILE.",
			Example: `gateway: {istio: {workload: {namespace: edge, labels: {app: edge-gateway}, serviceAccountName: edge}}}`,
		},
		{
			Code: stale, Severity: Warning,
			Fault: "an accepted finding does not fire, or has no reason",
			Title: "every accepted finding fires, and has a reason",
			Why:   "An accepted finding is a decision about this site. If its code does not fire, the decision is out of date, and the line would accept the finding without a review if it fired again.",
			Cure:  "Remove the line from the annotation " + AcceptAnnotation + ", or write it as CODE: REASON, or CODE in REGION, REGION: REASON.",
			Raw:   strings.Replace(sound, "metadata: {name: goproxy, namespace: goproxy}", "metadata:\n  name: goproxy\n  namespace: goproxy\n  annotations: {"+AcceptAnnotation+": \"AK401: one pod is enough here\"}", 1),
		},
	}
}
