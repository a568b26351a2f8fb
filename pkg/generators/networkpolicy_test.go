package generators

import (
	"fmt"
	"strings"
	"testing"

	networkingv1 "k8s.io/api/networking/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// peerText is a peer in a few words.
func peerText(p peer) string {
	if b := p.IPBlock; b != nil {
		return strings.Join(append([]string{b.CIDR}, b.Except...), " - ")
	}
	out := ""
	if s := p.NamespaceSelector; s != nil {
		out = "ns:" + s.MatchLabels["kubernetes.io/metadata.name"]
		if len(s.MatchLabels) == 0 {
			out = "ns:any"
		}
	}
	if s := p.PodSelector; s != nil {
		out += " pods:" + s.MatchLabels["app.kubernetes.io/name"] + s.MatchLabels["istio"]
	}
	return strings.TrimSpace(out)
}

func ruleText(peers []peer, ports []networkingv1.NetworkPolicyPort) string {
	var to, on []string
	for _, p := range peers {
		to = append(to, peerText(p))
	}
	for _, p := range ports {
		on = append(on, fmt.Sprintf("%s/%d", *p.Protocol, p.Port.IntVal))
	}
	return strings.Join(to, ", ") + " on " + strings.Join(on, ", ")
}

func ingressText(p *networkingv1.NetworkPolicy) []string {
	var out []string
	for _, r := range p.Spec.Ingress {
		out = append(out, ruleText(r.From, r.Ports))
	}
	return out
}

func egressText(p *networkingv1.NetworkPolicy) []string {
	var out []string
	for _, r := range p.Spec.Egress {
		out = append(out, ruleText(r.To, r.Ports))
	}
	return out
}

const (
	dns      = "ns:kube-system, 169.254.20.10/32 on UDP/53, TCP/53"
	istiod   = "ns:istio-system on TCP/15012"
	metrics  = "ns:any on TCP/15020, TCP/15090"
	anywhere = "0.0.0.0/0 - 169.254.0.0/16, ::/0 - fe80::/10 - fd00:ec2::254/128 on "
)

func TestAthensEgress(t *testing.T) {
	for name, test := range map[string]struct {
		spec string
		want []string
	}{
		"open": {`{}`, []string{dns, istiod, anywhere + "TCP/443, TCP/80, TCP/22"}},
		"registry": {`{athens: {upstream: {proxies: ["https://mirror.example.com"]}}}`,
			[]string{dns, istiod, anywhere + "TCP/443"}},
		"nothing outside": {`{athens: {upstream: {proxies: ["http://goproxy.infra.svc"], sumDBs: ["https://sum.infra.svc"], goEnv: {GOSUMDB: "off"}}}}`,
			[]string{dns, istiod, "ns:infra on "}},
		"endpoints": {`{athens: {
			upstream: {proxies: ["https://mirror.example.com:8443"]},
			storage: {azureBlob: {account: a, container: c, credentials: {managedIdentity: {resourceID: /id}}}},
			singleFlight: {etcd: {endpoints: ["e1.etcd.svc:2379", "e2.etcd.svc.cluster.local:2379", "10.1.2.3:2379"]}}},
			mesh: {egress: {mode: Registry, hosts: ["git.example.com:2222"]},
			tracing: {provider: p, collector: otel.observability.svc.cluster.local}}}`,
			[]string{
				dns, istiod,
				"ns:observability on TCP/4317, TCP/4318, TCP/14268",
				"169.254.169.254/32 on TCP/80",
				"ns:etcd on TCP/2379",
				"10.1.2.3/32 on TCP/2379",
				anywhere + "TCP/8443, TCP/443, TCP/2222",
			}},
		"gke identity": {`{athens: {upstream: {proxies: ["off"]}, storage: {gcp: {bucket: b}}}}`,
			[]string{dns, istiod, "169.254.169.254/32 on TCP/80", "169.254.169.252/32 on TCP/988", anywhere + "TCP/443"}},
		"no mesh": {`{mesh: {mode: None}}`, []string{dns, anywhere + "TCP/443, TCP/80, TCP/22"}},
		"aks": {`{mesh: {revision: asm-1-30}}`,
			[]string{dns, "ns:aks-istio-system on TCP/15012", anywhere + "TCP/443, TCP/80, TCP/22"}},
	} {
		t.Run(name, func(t *testing.T) {
			site := newSite(t, strings.ReplaceAll(test.spec, "\t", " "))
			same(t, "egress", egressText(athensPolicy(site)), test.want)
		})
	}
}

// The cloud's identity is only reachable for storages that use it.
func TestMetadataIsClosed(t *testing.T) {
	for _, storage := range []string{
		`disk: {}`,
		`azureBlob: {account: a, container: c, credentials: {secretRef: {name: s}}}`,
		`gcp: {bucket: b, credentials: {secretRef: {name: s}}}`,
	} {
		site := newSite(t, "athens: {storage: {"+storage+"}}")
		for _, rule := range egressText(athensPolicy(site)) {
			if strings.Contains(rule, "169.254.169") {
				t.Errorf("%s: %s", storage, rule)
			}
		}
	}
}

func TestIngressOfPrograms(t *testing.T) {
	const gateway = "ns:istio-system pods:ingressgateway"
	for name, test := range map[string]struct {
		spec            string
		athens, lathens []string
	}{
		"mesh": {`{}`,
			[]string{gateway + ", pods:lathens, pods:crathens on TCP/3000", metrics},
			[]string{gateway + " on TCP/8080", metrics}},
		"athens alone": {`{lathens: {enabled: false}, crathens: {enabled: false}}`,
			[]string{gateway + " on TCP/3000", metrics}, nil},
		"no mesh": {`{mesh: {mode: None}}`,
			[]string{"ns:any on TCP/3000"}, []string{"ns:any on TCP/8080"}},
		"no mesh, ingress": {`{mesh: {mode: None}, ingress: {}}`,
			[]string{"ns:any on TCP/3000"}, []string{" on TCP/8080"}},
		"no mesh, ingress, no lathens": {`{mesh: {mode: None}, ingress: {}, lathens: {enabled: false}}`,
			[]string{" on TCP/3000"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			site := newSite(t, test.spec)
			same(t, "athens", ingressText(athensPolicy(site)), test.athens)
			if *site.Spec.Lathens.Enabled {
				same(t, "lathens", ingressText(lathensPolicy(site)), test.lathens)
			}
		})
	}
}

func TestCompanionsReachAthensOnly(t *testing.T) {
	site := newSite(t, `{}`)
	want := []string{dns, istiod, "pods:athens on TCP/3000"}
	same(t, "lathens", egressText(lathensPolicy(site)), want)
	same(t, "crathens", egressText(crathensPolicy(site)), want)
	same(t, "callers of crathens", ingressText(crathensPolicy(site)), []string(nil))
}

func TestPolicies(t *testing.T) {
	site := newSite(t, `{}`)
	deny := NetworkPolicies(site)[0].(*networkingv1.NetworkPolicy)
	if len(deny.Spec.PodSelector.MatchLabels) != 0 || len(deny.Spec.Ingress)+len(deny.Spec.Egress) != 0 {
		t.Errorf("the first policy does not deny everything: %v", deny.Spec)
	}
	for _, o := range NetworkPolicies(site) {
		same(t, o.GetName(), o.(*networkingv1.NetworkPolicy).Spec.PolicyTypes,
			[]networkingv1.PolicyType{"Ingress", "Egress"})
	}
	site.Spec.NetworkPolicies = v1alpha1.NetworkPolicies{Enabled: new(false)}
	if got := NetworkPolicies(site); got != nil {
		t.Errorf("%d policies though switched off", len(got))
	}
}
