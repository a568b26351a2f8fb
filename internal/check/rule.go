// Package check holds what can be said of a site beyond "it is valid": rules
// with stable codes over the spec and the objects that come of it. It is pure:
// the same files give the same report.
package check

import (
	"slices"
	"time"

	"github.com/gomods/athens-kfn/internal/manifests"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
	"github.com/gomods/athens-kfn/pkg/span"
)

// Severity of a finding.
type Severity string

// Severities.
const (
	// Note is something to know about a site that is right.
	Note Severity = "note"
	// Warning is a site that works but has a weakness.
	Warning Severity = "warning"
	// Error is a site that does not work as it is.
	Error Severity = "error"
	// Unknown is something of manifests that cannot be judged.
	Unknown Severity = "unknown"
)

// Rule is one thing that is looked at. Its code never changes its meaning.
type Rule struct {
	// Code is AK and three digits, the first of which is the group.
	Code string
	// Fault is the title of a finding: what is true of a site that has it.
	Fault string
	// Title is what is true of a site that passes.
	Title string
	// Severity of its findings.
	Severity Severity
	// Why it matters, for the rule's page.
	Why string
	// Cure is what to write instead.
	Cure string
	// Example is a spec that the rule complains about, and Cured one that it
	// does not; both are merged over the sound site of example.go, and Cured
	// may be empty for that site itself. Raw is a whole file instead.
	Example, Cured, Raw string
	// Beside are codes that every site with this finding has too.
	Beside []string

	// Manifests says that the rule is about manifests, as its example is.
	Manifests bool

	// when says whether the rule has a meaning for the site; nil is always.
	when func(*World) bool
	// find reports what is wrong. The rules of group 0 have none: what they
	// report comes from reading the site.
	find func(*World, add)
	// cluster is the one that the example of a rule about clusters is checked in.
	cluster Kubectl
	// judge is that of a rule about manifests, where it looks at single objects.
	judge func(*manifests.Site) []manifests.Fault
}

// add reports something about a field of the spec.
type add func(field, format string, args ...any)

// says reports one thing of one field, where the site is so.
func says(field, message string, so func(*World) bool) func(*World, add) {
	return func(w *World, add add) {
		if so(w) {
			add(field, message)
		}
	}
}

// below reports a duration that is less than it should be; the message has it.
func below(field string, least time.Duration, message string, of func(*World) time.Duration) func(*World, add) {
	return func(w *World, add add) {
		if d := of(w); d < least {
			add(field, message, span.Deadline(d))
		}
	}
}

// above reports a duration that is more than it should be; the message has it.
func above(field string, most time.Duration, message string, of func(*World) time.Duration) func(*World, add) {
	return func(w *World, add add) {
		if d := of(w); d > most {
			add(field, message, span.Deadline(d))
		}
	}
}

// Group is a group of rules: those whose codes have the same first digit.
type Group struct {
	Title string
	Rules []Rule
}

// Groups are all rules in the order in which they are printed.
func Groups() []Group {
	return []Group{
		{"the spec itself", specRules()},
		{"storage and locks", slices.Concat(storageRules(), sharedStorageRules())},
		{"deadlines", deadlineRules()},
		{"caching and Front Door", slices.Concat(cachingRules(), frontDoorRules())},
		{"availability", slices.Concat(availabilityRules(), catalogRules())},
		{"security", slices.Concat(securityRules(), privateRules(), plainRules())},
		{"egress", egressRules()},
		{"versions and environment", slices.Concat(versionRules(), advisoryRules(), fileRules())},
		{"manifests", manifestRules()},
		{"the cluster", clusterRules()},
	}
}

// Rules are those of all groups.
func Rules() (out []Rule) {
	for _, g := range Groups() {
		out = append(out, g.Rules...)
	}
	return out
}

// World is one site and the objects that come of it.
type World struct {
	*v1alpha1.AthensSiteSpec
	Site    *v1alpha1.AthensSite
	Objects []generators.Object
	// Variants are the site as each of its regions has it, this one among them.
	Variants []*World
}

func newWorld(s *v1alpha1.AthensSite) *World {
	return &World{AthensSiteSpec: &s.Spec, Site: s, Objects: site.Objects(s)}
}
