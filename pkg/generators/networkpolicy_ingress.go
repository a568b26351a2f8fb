package generators

import (
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

type (
	ingressRule = networkingv1.NetworkPolicyIngressRule
	peer        = networkingv1.NetworkPolicyPeer
)

// Ports of the sidecar that Prometheus reads: the program's and Envoy's
// metrics in one, and Envoy's alone.
const (
	MergedMetricsPort = 15020
	envoyMetricsPort  = 15090
)

// athensIngress: in a mesh the gateway, lathens and crathens; outside one,
// every client of the site.
func athensIngress(site *v1alpha1.AthensSite) []ingressRule {
	if !Meshed(site) {
		return callers(site, Athens, AthensPort)
	}
	from := []peer{gatewayPeer(site)}
	if *site.Spec.Lathens.Enabled {
		from = append(from, podPeer(site, Lathens))
	}
	if *site.Spec.Crathens.Enabled {
		from = append(from, podPeer(site, Crathens))
	}
	return []ingressRule{{From: from, Ports: tcp(AthensPort)}, metricsIngress(site)}
}

// lathensIngress: in a mesh the gateway; outside one, every client.
func lathensIngress(site *v1alpha1.AthensSite) []ingressRule {
	if !Meshed(site) {
		return callers(site, Lathens, LathensPort)
	}
	return []ingressRule{
		{From: []peer{gatewayPeer(site)}, Ports: tcp(LathensPort)},
		metricsIngress(site),
	}
}

// callers outside a mesh are not known: any pod of the cluster. What an
// Ingress or the gateway's Service points at is open to any address, because the
// controller may run on the network of its node or, with a cloud's load balancer,
// outside the cluster.
func callers(site *v1alpha1.AthensSite, program string, port int32) []ingressRule {
	rule := ingressRule{Ports: tcp(port)}
	if !site.Spec.Gateway.Exposed() || frontProgram(site) != program {
		rule.From = []peer{anyNamespace()}
	}
	return []ingressRule{rule}
}

// crathensIngress: nothing calls a Job but, where its metrics are read,
// Prometheus.
func crathensIngress(site *v1alpha1.AthensSite) []ingressRule {
	switch {
	case site.Spec.Metrics == nil:
		return nil
	case Meshed(site):
		return []ingressRule{metricsIngress(site)}
	default:
		return []ingressRule{{From: []peer{prometheusPeer(site)}, Ports: tcp(crathensPort)}}
	}
}

// metricsIngress lets Prometheus in from wherever it runs. The sidecar serves
// these ports without TLS also under strict mTLS, and nothing else on them.
func metricsIngress(site *v1alpha1.AthensSite) ingressRule {
	return ingressRule{From: []peer{prometheusPeer(site)}, Ports: tcp(MergedMetricsPort, envoyMetricsPort)}
}

func prometheusPeer(site *v1alpha1.AthensSite) peer {
	if m := site.Spec.Metrics; m != nil && m.Namespace != "" {
		return namespacePeer(m.Namespace)
	}
	return anyNamespace()
}
