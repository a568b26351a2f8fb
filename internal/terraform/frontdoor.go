package terraform

import (
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/azure"
)

// frontDoor adds a Front Door and what leads through it; see package azure for
// why it is as it is.
func (d *document) frontDoor(site *v1alpha1.AthensSite) {
	fd, name := site.Spec.Edge.FrontDoor, site.Name
	p := fd.Provision
	profile := d.resource("cdn_frontdoor_profile", name, block{
		{"name", p.Profile},
		{"resource_group_name", groupName(&p.ResourceGroup)},
		{"sku_name", azure.SKU(fd)},
		{"response_timeout_seconds", int(fd.OriginTimeout.Seconds())},
	})
	in := member{"cdn_frontdoor_profile_id", profile("id")}
	endpoint := d.resource("cdn_frontdoor_endpoint", name, block{{"name", p.Endpoint}, in})
	domain := d.resource("cdn_frontdoor_custom_domain", name, block{
		{"name", name}, in,
		{"host_name", site.Spec.Host},
		{"tls", block{{"certificate_type", "ManagedCertificate"}, {"minimum_version", "TLS12"}}},
	})
	group := d.resource("cdn_frontdoor_origin_group", name, block{
		{"name", name}, in,
		{"session_affinity_enabled", false},
		{"health_probe", block{
			{"path", azure.ProbePath}, {"request_type", "HEAD"}, {"protocol", "Https"}, {"interval_in_seconds", azure.ProbeInterval},
		}},
		{"load_balancing", block{
			{"sample_size", azure.SampleSize}, {"successful_samples_required", azure.SuccessfulSamples},
			{"additional_latency_in_milliseconds", azure.LatencySpread},
		}},
	})
	var origins []reference
	var after []string
	for _, o := range azure.Origins(site) {
		id := d.origin(site, o, group("id"))
		origins = append(origins, id)
		after = append(after, strings.TrimSuffix(strings.TrimPrefix(string(id), "${"), ".id}"))
	}
	route := block{
		{"name", name},
		{"cdn_frontdoor_endpoint_id", endpoint("id")},
		{"cdn_frontdoor_origin_group_id", group("id")},
		{"cdn_frontdoor_origin_ids", origins},
		{"cdn_frontdoor_custom_domain_ids", []reference{domain("id")}},
		{"link_to_default_domain", false},
		{"patterns_to_match", []string{"/*"}},
		{"supported_protocols", azure.Protocols(site)},
		{"https_redirect_enabled", azure.Redirects(site)},
		{"forwarding_protocol", "HttpsOnly"},
	}
	if fd.Cache != nil {
		route = append(route, member{"cdn_frontdoor_rule_set_ids", []reference{d.edgeCache(name, in, after)}})
	}
	d.resource("cdn_frontdoor_route", name, append(route, member{"enabled", true}))
	if p.Firewall != nil {
		d.firewall(site, in, domain("id"))
	}
	d.output("front_door_id", profile("resource_guid"), false)
	d.output("front_door_endpoint", endpoint("host_name"), false)
	d.output("front_door_validation_token", domain("validation_token"), false)
}

func (d *document) origin(site *v1alpha1.AthensSite, o azure.Origin, group reference) reference {
	arguments := block{
		{"name", generators.Name(site, o.Name)},
		{"cdn_frontdoor_origin_group_id", group},
		{"enabled", true},
		{"host_name", o.Host},
		{"origin_host_header", site.Spec.Host},
		{"https_port", o.Port},
		{"certificate_name_check_enabled", true},
		{"priority", 1},
		{"weight", azure.Weight},
	}
	if l := o.PrivateLink; l != nil {
		arguments = append(arguments, member{"private_link", block{
			{"private_link_target_id", l.ResourceID},
			{"location", l.Location},
			{"request_message", azure.PrivateLinkMessage + generators.Owner(site)},
		}})
	}
	return d.resource("cdn_frontdoor_origin", generators.Name(site, o.Name), arguments)("id")
}

// edgeCache adds the rule that lets Front Door keep the files of a version.
func (d *document) edgeCache(name string, in member, after []string) reference {
	set := d.resource("cdn_frontdoor_rule_set", name, block{{"name", azure.Plain(name)}, in})
	d.resource("cdn_frontdoor_rule", name+"-versions", block{
		{"name", "versions"},
		{"cdn_frontdoor_rule_set_id", set("id")},
		{"order", 1},
		{"behaviour_on_match", "Stop"},
		{"conditions", block{
			{"request_path", block{{"operator", "Contains"}, {"values", []string{azure.VersionPath}}}},
			{"request_file_extension", block{{"operator", "Equal"}, {"values", azure.VersionFiles()}}},
		}},
		{"actions", block{{"route_configuration_override", block{{"caching", block{
			{"behaviour", azure.CacheBehavior},
			{"duration", azure.CacheDuration},
			{"query_string_behaviour", azure.QueryString},
			{"compression_enabled", false},
		}}}}}},
		{"depends_on", after},
	})
	return set("id")
}

func (d *document) firewall(site *v1alpha1.AthensSite, in member, domain reference) {
	fd, name := site.Spec.Edge.FrontDoor, site.Name
	w := fd.Provision.Firewall
	policy := block{
		{"name", azure.Plain(name)},
		{"resource_group_name", groupName(&fd.Provision.ResourceGroup)},
		{"sku_name", azure.SKU(fd)},
		{"enabled", true},
		{"mode", w.Mode},
		{"custom_rule", block{
			{"name", "othermethods"}, {"enabled", true}, {"priority", 1}, {"type", "MatchRule"}, {"action", "Block"},
			{"match_condition", block{
				{"match_variable", "RequestMethod"}, {"operator", "Equal"},
				{"negation_condition", true}, {"match_values", []string{"GET", "HEAD"}},
			}},
		}},
	}
	if w.ManagedRules {
		policy = append(policy, member{"managed_rule", block{
			{"type", azure.ManagedRules}, {"version", azure.ManagedRulesVersion}, {"action", "Block"},
		}})
	}
	id := d.resource("cdn_frontdoor_firewall_policy", name, policy)("id")
	d.resource("cdn_frontdoor_security_policy", name, block{
		{"name", name}, in,
		{"security_policies", block{{"firewall", block{
			{"cdn_frontdoor_firewall_policy_id", id},
			{"association", block{
				{"domain", block{{"cdn_frontdoor_domain_id", domain}}},
				{"patterns_to_match", []string{"/*"}},
			}},
		}}}},
	})
}
