package azure

import (
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

var firewallPolicy = kind{"network.frontdoor.azure.com", "v1api20220501", "WebApplicationFirewallPolicy"}

// Microsoft's rules for web pages. The rules against bots are left out: they
// know the go command's user agent as that of a bot.
const (
	// ManagedRules is their name.
	ManagedRules = "Microsoft_DefaultRuleSet"
	// ManagedRulesVersion of them.
	ManagedRulesVersion = "2.1"
)

type firewallPolicySpec struct {
	AzureName      string         `json:"azureName"`
	Owner          owner          `json:"owner"`
	Location       string         `json:"location"`
	SKU            sku            `json:"sku"`
	PolicySettings policySettings `json:"policySettings"`
	CustomRules    customRules    `json:"customRules"`
	ManagedRules   *managedRules  `json:"managedRules,omitempty"`
}

type policySettings struct {
	EnabledState string `json:"enabledState"`
	Mode         string `json:"mode"`
}

type customRules struct {
	Rules []customRule `json:"rules"`
}

type customRule struct {
	Name            string           `json:"name"`
	Priority        int              `json:"priority"`
	RuleType        string           `json:"ruleType"`
	Action          string           `json:"action"`
	EnabledState    string           `json:"enabledState"`
	MatchConditions []matchCondition `json:"matchConditions"`
}

type matchCondition struct {
	MatchVariable   string   `json:"matchVariable"`
	Operator        string   `json:"operator"`
	NegateCondition bool     `json:"negateCondition"`
	MatchValue      []string `json:"matchValue"`
}

type managedRules struct {
	ManagedRuleSets []managedRuleSet `json:"managedRuleSets"`
}

type managedRuleSet struct {
	RuleSetType    string `json:"ruleSetType"`
	RuleSetVersion string `json:"ruleSetVersion"`
	RuleSetAction  string `json:"ruleSetAction"`
}

// firewall admits GET and HEAD alone, and what Microsoft's rules leave of
// them; none without spec.edge.frontDoor.provision.firewall.
func firewall(site *v1alpha1.AthensSite) []generators.Object {
	fd, name := site.Spec.Edge.FrontDoor, site.Name
	w := fd.Provision.Firewall
	if w == nil {
		return nil
	}
	policy := firewallPolicySpec{
		AzureName:      Plain(name),
		Owner:          inGroup(&fd.Provision.ResourceGroup),
		Location:       global,
		SKU:            sku{SKU(fd)},
		PolicySettings: policySettings{EnabledState: enabled, Mode: w.Mode},
		CustomRules: customRules{Rules: []customRule{{
			Name: "othermethods", Priority: 1, RuleType: "MatchRule", Action: "Block", EnabledState: enabled,
			MatchConditions: []matchCondition{{
				MatchVariable: "RequestMethod", Operator: "Equal", NegateCondition: true, MatchValue: []string{"GET", "HEAD"},
			}},
		}}},
	}
	if w.ManagedRules {
		policy.ManagedRules = &managedRules{ManagedRuleSets: []managedRuleSet{{ManagedRules, ManagedRulesVersion, "Block"}}}
	}
	return []generators.Object{
		of(site, firewallPolicy, name, policy),
		of(site, securityPolicy, name, securityPolicySpec{
			Owner: in(name),
			Parameters: securityPolicyParameters{WebApplicationFirewall: firewallAssociation{
				Type:         "WebApplicationFirewall",
				WAFPolicy:    to(firewallPolicy, name),
				Associations: []association{{Domains: []reference{to(customDomain, name)}, PatternsToMatch: []string{"/*"}}},
			}},
		}),
	}
}
