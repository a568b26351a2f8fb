package generators

import (
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// NetworkPolicies deny everything in the site's namespace and then allow, for
// each program, what the mesh's rules allow as well. They see the pods' own
// ports, not those of Services. Traffic from a pod's own node passes whatever
// they say, so the kubelet's probes need no rule.
func NetworkPolicies(site *v1alpha1.AthensSite) []Object {
	if !*site.Spec.NetworkPolicies.Enabled {
		return nil
	}
	// deny-all selects every pod of the namespace and allows none of them anything.
	out := []Object{networkPolicy(site, "deny-all", SiteWide, nil, nil, nil), athensPolicy(site)}
	if *site.Spec.Lathens.Enabled {
		out = append(out, lathensPolicy(site))
	}
	if *site.Spec.Crathens.Enabled {
		out = append(out, crathensPolicy(site))
	}
	return out
}

func athensPolicy(site *v1alpha1.AthensSite) *networkingv1.NetworkPolicy {
	return programPolicy(site, Athens, athensIngress(site), athensEgress(site))
}

func lathensPolicy(site *v1alpha1.AthensSite) *networkingv1.NetworkPolicy {
	return programPolicy(site, Lathens, lathensIngress(site), append(commonEgress(site), toAthens(site)))
}

func crathensPolicy(site *v1alpha1.AthensSite) *networkingv1.NetworkPolicy {
	return programPolicy(site, Crathens, crathensIngress(site), crathensEgress(site))
}

func programPolicy(site *v1alpha1.AthensSite, program string, ingress []ingressRule, egress []egressRule) *networkingv1.NetworkPolicy {
	return networkPolicy(site, program, program, Selector(site, program), ingress, egress)
}

func networkPolicy(site *v1alpha1.AthensSite, suffix, program string, pods map[string]string, ingress []ingressRule, egress []egressRule) *networkingv1.NetworkPolicy {
	return &networkingv1.NetworkPolicy{
		TypeMeta:   Type("networking.k8s.io/v1", "NetworkPolicy"),
		ObjectMeta: Meta(site, Name(site, suffix), program),
		Spec: networkingv1.NetworkPolicySpec{
			PodSelector: metav1.LabelSelector{MatchLabels: pods},
			PolicyTypes: []networkingv1.PolicyType{networkingv1.PolicyTypeIngress, networkingv1.PolicyTypeEgress},
			Ingress:     ingress,
			Egress:      egress,
		},
	}
}
