package generators

import (
	"time"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// ListService is what the gateway sends list, latest and checksums to: the pods of
// lathens and, behind them, those of Athens. Its DestinationRule puts lathens
// first, so that Athens answers when lathens is gone. Without a mesh nothing
// could tell the two apart, so there is no such Service.
func ListService(site *v1alpha1.AthensSite) []Object {
	if !HasList(site) {
		return nil
	}
	return []Object{serviceFor(site, List, SiteWide, map[string]string{
		servesListLabel: "true",
		SiteLabel:       Owner(site),
	})}
}

// HasList says whether list, latest and checksums have a Service of their own.
func HasList(site *v1alpha1.AthensSite) bool {
	return Meshed(site) && *site.Spec.Lathens.Enabled
}

// ListTry is the time that the gateway gives one try of a list, so that all of
// them fit into the route's timeout. Istio takes whole milliseconds only.
func ListTry(site *v1alpha1.AthensSite) time.Duration {
	return (site.Spec.Gateway.Timeouts.List.Duration / time.Duration(site.Spec.ListTries())).Truncate(time.Millisecond)
}

// LathensDeadline is how long lathens waits for Athens: a second less than the
// gateway waits for lathens, because a pod that lets a try run out is ejected,
// and a slow module upstream is no fault of the pod. Without a list Service
// nothing ejects it, and the default of its flag holds.
func LathensDeadline(site *v1alpha1.AthensSite) time.Duration { return ListTry(site) - time.Second }

// LathensSumDBDeadline is the same for an answer of a checksum database, which has
// the whole time of its route.
func LathensSumDBDeadline(site *v1alpha1.AthensSite) time.Duration {
	all := site.Spec.Gateway.Timeouts.SumDB.Duration
	return max(all-time.Second, all/2)
}

// listLabels put a pod behind the list Service, as its cache or as the origin.
func listLabels(site *v1alpha1.AthensSite, role string) map[string]string {
	if !HasList(site) {
		return nil
	}
	return map[string]string{servesListLabel: "true", ListLabel: role}
}
