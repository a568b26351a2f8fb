package generators

import "github.com/gomods/athens-kfn/pkg/api/v1alpha1"

// ListService is what the gateway sends list and latest to: the pods of
// lathens and, behind them, those of Athens. Its DestinationRule puts lathens
// first, so that Athens answers when lathens is gone. Without a mesh nothing
// could tell the two apart, so there is no such Service.
func ListService(site *v1alpha1.AthensSite) []Object {
	if !HasList(site) {
		return nil
	}
	return []Object{serviceFor(site, List, SiteWide, map[string]string{
		ServesListLabel: "true",
		SiteLabel:       Owner(site),
	})}
}

// HasList says whether list and latest have a Service of their own.
func HasList(site *v1alpha1.AthensSite) bool {
	return Meshed(site) && *site.Spec.Lathens.Enabled
}

// listLabels put a pod behind the list Service, as its cache or as the origin.
func listLabels(site *v1alpha1.AthensSite, role string) map[string]string {
	if !HasList(site) {
		return nil
	}
	return map[string]string{ServesListLabel: "true", ListLabel: role}
}
