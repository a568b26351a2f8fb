package azure

import (
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// The rule that lets Front Door keep the files of a version. A route without
// cacheConfiguration keeps nothing; the rule turns the cache on for paths of
// such files alone. Rules see requests and no answers, so they cannot tell a
// module from an error: the sidecar of Athens does (see package mesh), with
// Cache-Control. What comes without that header was not answered by Athens but
// by the gateway before it, and is kept for one second.
const (
	// CacheBehavior heeds Cache-Control where there is one.
	CacheBehavior = "OverrideIfOriginMissing"
	// CacheDuration is for answers without it, as hh:mm:ss.
	CacheDuration = "00:00:01"
	// QueryString keeps answers to different queries apart.
	QueryString = "UseQueryString"
	// VersionPath, without a slash before it as Front Door wants it, begins the last part of a version's file; `latest` and
	// names of branches do not begin so, those that still do are told apart by
	// the sidecar.
	VersionPath = "@v/v"
)

// VersionFiles are the extensions of what never changes. Zips are compressed
// as they are; the others are too small to gain anything.
func VersionFiles() []string { return []string{"info", "mod", "zip"} }

// edgeCache is the rule in a set of its own; none without spec.edge.frontDoor.cache.
func edgeCache(site *v1alpha1.AthensSite) []generators.Object {
	if site.Spec.Edge.FrontDoor.Cache == nil {
		return nil
	}
	return []generators.Object{
		of(site, ruleSet, site.Name, ruleSetSpec{AzureName: Plain(site.Name), Owner: in(site.Name)}),
		of(site, cdnRule, generators.Name(site, "versions"), ruleSpec{
			AzureName:               "versions",
			Owner:                   in(site.Name),
			Order:                   1,
			MatchProcessingBehavior: "Stop",
			RuleConditions: []condition{
				{URLPath: &match{Name: "UrlPath", Parameters: matchValues{
					TypeName: "DeliveryRuleUrlPathMatchConditionParameters", Operator: "Contains", MatchValues: []string{VersionPath},
				}}},
				{URLFileExtension: &match{Name: "UrlFileExtension", Parameters: matchValues{
					TypeName: "DeliveryRuleUrlFileExtensionMatchConditionParameters", Operator: "Equal", MatchValues: VersionFiles(),
				}}},
			},
			Actions: []action{{RouteConfigurationOverride: routeOverride{
				Name: "RouteConfigurationOverride",
				Parameters: routeOverrideParameters{
					TypeName: "DeliveryRuleRouteConfigurationOverrideActionParameters",
					CacheConfiguration: cacheConfiguration{
						CacheBehavior: CacheBehavior, CacheDuration: CacheDuration,
						QueryStringCachingBehavior: QueryString, IsCompressionEnabled: disabled,
					},
				},
			}}},
		}),
	}
}

// edgeCacheRules are the rule sets of the route.
func edgeCacheRules(site *v1alpha1.AthensSite) []reference {
	if site.Spec.Edge.FrontDoor.Cache == nil {
		return nil
	}
	return []reference{to(ruleSet, site.Name)}
}
