package generators

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	networkingv1 "k8s.io/api/networking/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// peerText is a peer in a few words.
func peerText(p peer) string {
	if b := p.IPBlock; b != nil {
		if len(b.Except) > 0 {
			return b.CIDR + " but some" // which ones, TestEgress_Addresses knows
		}
		return b.CIDR
	}
	out := ""
	if s := p.NamespaceSelector; s != nil {
		out = "ns:" + s.MatchLabels["kubernetes.io/metadata.name"]
		if len(s.MatchLabels) == 0 {
			out = "ns:any"
		}
	}
	if s := p.PodSelector; s != nil {
		out += " pods:" + s.MatchLabels["app.kubernetes.io/name"]
		for _, e := range s.MatchExpressions { // pods of others
			if e.Key == "istio" || e.Key == "k8s-app" {
				out += strings.Join(e.Values, "|")
			}
		}
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
	dns      = "ns:kube-system pods:kube-dns, ns:kube-system pods:coredns, ns:kube-system pods:node-local-dns, 169.254.20.10/32, 169.254.10.10/31 on UDP/53, TCP/53"
	istiod   = "ns:istio-system on TCP/15012"
	metrics  = "ns:any on TCP/15020, TCP/15090"
	anywhere = "0.0.0.0/0 but some, ::/0 but some on "
)

func TestAthensEgress(t *testing.T) {
	for name, test := range map[string]struct {
		spec string
		want []string
	}{
		"open": {`{}`, []string{dns, istiod, anywhere + "TCP/443, TCP/80, TCP/22"}},
		"registry": {`{athens: {upstream: {goproxy: "https://mirror.example.com"}}}`,
			[]string{dns, istiod, anywhere + "TCP/443"}},
		"nothing outside": {`{athens: {upstream: {goproxy: "http://goproxy.infra.svc", sumDBs: ["https://sum.infra.svc"], goEnv: {GOSUMDB: "off"}}}}`,
			[]string{dns, istiod, "ns:infra on "}},
		"a Service by the ports of its pods": {`{athens: {upstream: {goproxy: "http://goproxy.infra.svc", sumDBs: []}}, egress: {allow: [{host: goproxy.infra.svc.cluster.local, ports: [3000, 3001]}]}}`,
			[]string{dns, istiod, "ns:infra on TCP/3000, TCP/3001"}},
		"nothing is fetched": {`{athens: {networkMode: Offline, download: {mode: None}, private: {patterns: [github.com/acme/*]}}}`,
			[]string{dns, istiod, anywhere + "TCP/443"}}, // the database that clients ask
		"nothing is fetched or passed on": {`{athens: {networkMode: Offline, download: {mode: Redirect, url: "https://mirror.example.com"}, upstream: {sumDBs: []}}}`,
			[]string{dns, istiod}},
		"lists are not fetched, versions are": {`{athens: {networkMode: Offline, download: {mode: None, rules: [{pattern: github.com/acme/*, mode: Async}]}}}`,
			[]string{dns, istiod, anywhere + "TCP/443, TCP/80, TCP/22"}},
		"endpoints": {`{athens: {
			upstream: {goproxy: "https://mirror.example.com:8443"},
			storage: {azureBlob: {account: a, container: c, credentials: {managedIdentity: {resourceID: /id}}}},
			singleFlight: {etcd: {endpoints: ["e1.etcd.svc:2379", "e2.etcd.svc.cluster.local:2379", "10.1.2.3:2379"]}}},
			egress: {mode: Listed, allow: [{host: git.example.com, ports: [2222]}]},
			tracing: {provider: p, collector: {serviceRef: {namespace: observability, name: otel}}}}`,
			[]string{
				dns, istiod,
				"ns:observability on TCP/4317, TCP/4318, TCP/14268",
				"169.254.169.254/32 on TCP/80",
				"ns:etcd on TCP/2379",
				"10.1.2.3/32 on TCP/2379",
				anywhere + "TCP/8443, TCP/443, TCP/2222",
			}},
		"gke identity": {`{athens: {upstream: {goproxy: "off"}, storage: {gcs: {bucket: b}}}}`,
			[]string{dns, istiod, "169.254.169.254/32 on TCP/80", "169.254.169.252/32 on TCP/988", anywhere + "TCP/443"}},
		"no mesh": {`{mesh: {mode: None}}`, []string{dns, anywhere + "TCP/443, TCP/80, TCP/22"}},
		"dns of OpenShift": {`{networkPolicies: {dns: [{namespace: openshift-dns, labels: {dns.operator.openshift.io/daemonset-dns: default}, ports: [5353]}]}}`,
			[]string{"ns:openshift-dns pods: on UDP/5353, TCP/5353", istiod, anywhere + "TCP/443, TCP/80, TCP/22"}},
		"dns of several": {`{networkPolicies: {dns: [{namespace: dns}, {namespace: other, ports: [5353]}, {cidr: 169.254.25.10/32}]}}`,
			[]string{"ns:dns, 169.254.25.10/32 on UDP/53, TCP/53", "ns:other on UDP/5353, TCP/5353", istiod, anywhere + "TCP/443, TCP/80, TCP/22"}},
		"aks": {`{mesh: {revision: asm-1-30}}`,
			[]string{dns, "ns:aks-istio-system on TCP/15012", anywhere + "TCP/443, TCP/80, TCP/22"}},
	} {
		t.Run(name, func(t *testing.T) {
			site := newSite(t, strings.ReplaceAll(test.spec, "\t", " "))
			same(t, "egress", egressText(athensPolicy(site)), test.want)
		})
	}
}

// reaches says whether the egress of a policy lets a pod connect.
func reaches(p *networkingv1.NetworkPolicy, to netip.Addr, port int32) bool {
	holds := func(cidr string) bool { return netip.MustParsePrefix(cidr).Contains(to) }
	for _, r := range p.Spec.Egress {
		onPort := slices.ContainsFunc(r.Ports, func(on networkingv1.NetworkPolicyPort) bool { return on.Port.IntVal == port && *on.Protocol == "TCP" })
		if onPort && slices.ContainsFunc(r.To, func(p peer) bool {
			return p.IPBlock != nil && holds(p.IPBlock.CIDR) && !slices.ContainsFunc(p.IPBlock.Except, holds)
		}) {
			return true
		}
	}
	return false
}

// TestEgress_Addresses holds what Athens may connect to, by the names of others
// (mode Open) and by those of the spec.
func TestEgress_Addresses(t *testing.T) {
	const (
		open     = `athens: {storage: {mongo: {url: {secretRef: {name: m}}, hosts: ["mongo.example.com:27017"]}}}`
		port     = open + `, egress: {allow: [{host: git.example.com, ports: [8443]}, {cidr: 10.20.0.0/16, ports: [27017]}]}`
		opened   = open + `, egress: {allow: [{cidr: 10.20.0.0/16}, {cidr: 100.64.0.0/10}, {cidr: "fd00::/8"}]}`
		registry = `athens: {upstream: {goproxy: "https://mirror.example.com"}}`
		identity = `athens: {storage: {azureBlob: {account: a, container: c, credentials: {managedIdentity: {resourceID: /id}}}}}`
		from     = `crathens: {sources: [{url: "https://weu.example.com"}]}`
		meshless = registry + `, mesh: {mode: None}, egress: {allow: [{cidr: 10.20.0.0/16, ports: [443, 22]}]}, ` + from
	)
	policy := map[string]*networkingv1.NetworkPolicy{}
	for name, spec := range map[string]string{"open": open, "opened": opened, "port": port, "meshless": meshless, "registry": registry, "identity": identity} {
		policy[name] = athensPolicy(newSite(t, "{"+spec+"}"))
	}
	policy["crathens"] = crathensPolicy(newSite(t, "{"+from+"}"))
	policy["crathens without a mesh"] = crathensPolicy(newSite(t, "{"+meshless+"}"))
	all := []string{"open", "opened", "port", "meshless", "registry", "identity", "crathens", "crathens without a mesh"}
	for _, c := range []struct {
		what, addresses string
		port            int32
		by              []string
	}{
		{"the internet", "8.8.8.8 140.82.121.3 172.32.0.1 100.128.0.1 168.63.129.17 2606:4700::1111 64:ff9b::8c52:7903", 443, all},
		{"metadata of clouds", "169.254.169.254 169.254.170.2 169.254.170.23 169.254.169.252 168.63.129.16 100.100.100.200 fe80::a9fe:a9fe fd00:ec2::254 fd00:ec2::23 fd20:ce::254 fd00:c1::a9fe:a9fe fd00:42::42", 443, nil},
		{"metadata by its name for IPv6", "64:ff9b::a9fe:a9fe 64:ff9b::a83f:8110 64:ff9b::6464:64c8", 443, nil},
		{"WireServer by HTTP", "168.63.129.16 100.100.100.200 64:ff9b::a83f:8110", 80, nil},
		{"the identity of an Azure storage", "169.254.169.254", 80, []string{"identity"}},
		{"private addresses", "10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 192.0.0.192 198.18.0.1 240.0.0.1 fc00::1 64:ff9b::a00:1 64:ff9b::c0a8:101 64:ff9b:1::a00:1", 443, []string{"registry", "crathens"}},
		{"private addresses that the spec opens", "100.64.0.1 fd12::1", 443, []string{"opened", "registry", "crathens"}},
		{"a private address that all open", "10.20.0.1", 443, []string{"opened", "registry", "crathens", "meshless", "crathens without a mesh"}},
		{"the same by SSH", "10.20.0.1", 22, []string{"opened", "meshless"}},
		{"a port of a module's host", "8.8.8.8", 22, []string{"open", "opened", "port", "identity"}},
		{"a port of a host that the spec names", "8.8.8.8", 8443, []string{"port"}},
		{"that port of other hosts inside", "10.0.0.1 10.20.0.1", 8443, nil},
		{"a database", "8.8.8.8", 27017, []string{"open", "opened", "port"}},
		{"a database on a private address", "10.20.0.1", 27017, []string{"port"}},
		{"that port of other hosts inside", "10.0.0.1 192.168.1.1", 27017, nil},
		{"metadata on a database's port", "169.254.169.254 168.63.129.16", 27017, nil},
	} {
		for _, a := range strings.Fields(c.addresses) {
			for name, p := range policy {
				if got, want := reaches(p, netip.MustParseAddr(a), c.port), slices.Contains(c.by, name); got != want {
					t.Errorf("%s: %s to %s port %d: %v, want %v", c.what, name, a, c.port, got, want)
				}
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
		"no mesh, ingress": {`{mesh: {mode: None}, gateway: {ingress: {}}}`,
			[]string{"ns:any on TCP/3000"}, []string{" on TCP/8080"}},
		"no mesh, ingress, no lathens": {`{mesh: {mode: None}, gateway: {ingress: {}}, lathens: {enabled: false}}`,
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

// What goes through egress.proxy is closed, the proxy is open on private
// addresses too, and what the proxy does not take is open as without one.
func TestEgress_OfAProxy(t *testing.T) {
	const proxy = `{url: "http://proxy.example.com:3128", noProxy: [corp.example.com, 203.0.113.9]`
	for name, c := range map[string]struct {
		spec       string
		want       []string // Endpoints of Athens
		wantBehind []string
	}{
		"direct": {`{egress: {proxy: ` + proxy + `}}}`, []string{"proxy.example.com:3128 TCP"}, []string{"sum.golang.org:443 TLS"}},
		"all kinds": {`{egress: {allow: [{host: vanity.example.org}], proxy: ` + proxy + `}}, athens: {
			upstream: {goproxy: "https://m.example.com,https://m.corp.example.com"}, validatorHook: "http://v.example.com/v",
			index: {postgres: {host: db.example.com, credentials: {secretRef: {name: s}}}},
			storage: {s3: {region: r, bucket: b, credentials: {podIdentity: {}}}}, singleFlight: {redis: {endpoints: ["redis.cache.svc:6379"]}},
			private: {patterns: [git.example.com/*, git.corp.example.com/*], credentials: [{host: git.example.com, ssh: {port: 7999, secretRef: {name: s}}}, {host: github.com, gitHubApp: {appID: "1", secretRef: {name: s}}}]},
			env: [{name: AWS_ENDPOINT_URL_STS, value: "https://sts.corp.example.com"}, {name: ATHENS_TRACE_EXPORTER_URL, value: "http://203.0.113.9:14268"}]}}`,
			[]string{"m.corp.example.com:443 TLS", "git.corp.example.com:443 TLS", "git.example.com:7999 TCP", "169.254.170.23:80 TCP", "redis.cache.svc:6379 TCP",
				"db.example.com:5432 TCP", "vanity.example.org:443 TLS", "sts.corp.example.com:443 TLS", "203.0.113.9:14268 TCP", "proxy.example.com:3128 TCP"},
			[]string{"m.example.com:443 TLS", "sum.golang.org:443 TLS", "git.example.com:443 TLS", "github.com:443 TLS", "api.github.com:443 TLS", "v.example.com:80 HTTP",
				"b.s3.r.amazonaws.com:443 TLS", "s3.r.amazonaws.com:443 TLS"}},
		"settings of git": {`{egress: {proxy: ` + proxy + `}}, athens: {upstream: {sumDBs: []}, private: {patterns: [git.example.com/*], gitConfig: {text: "[url \"ssh://git@git.example.com:7999/scm\"]\n insteadOf = https://git.example.com/\n [URL \"https://mirror.example.com/\"] insteadof = a\n[url \"git@github.com:\"] insteadof = b\n[url \"https://m.corp.example.com:8443/x\"] insteadof = c\n"}}}}`,
			[]string{"git.example.com:7999 TCP", "github.com:22 TCP", "m.corp.example.com:8443 TLS", "proxy.example.com:3128 TCP"}, []string{"git.example.com:443 TLS", "mirror.example.com:443 TLS"}},
		"a database behind TLS": {`{egress: {proxy: ` + proxy + `}}, athens: {upstream: {sumDBs: []}, storage: {mongo: {url: {secretRef: {name: m}}, cosmos: {account: acct}}}}}`,
			[]string{"acct.mongo.cosmos.azure.com:10255 TLS", "proxy.example.com:3128 TCP"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			site := newSite(t, strings.ReplaceAll(c.spec, "\t", " "))
			text := func(all []Endpoint) (out []string) {
				for _, e := range all {
					out = append(out, fmt.Sprintf("%s:%d %s", e.Host, e.Port, e.Protocol))
				}
				return out
			}
			same(t, "mode", site.Spec.Egress.Mode, v1alpha1.EgressListed)
			same(t, "endpoints", text(Endpoints(site)), c.want)
			var behind []Endpoint
			for _, r := range Reaches(site) {
				behind = append(behind, r.Proxied...)
			}
			same(t, "behind the proxy", text(behind), c.wantBehind)
			open := slices.ContainsFunc(athensEgress(site), func(r egressRule) bool {
				return r.Ports[0].Port.IntVal == 3128 && r.To[0].IPBlock != nil && !slices.Contains(r.To[0].IPBlock.Except, "10.0.0.0/8") && slices.Contains(r.To[0].IPBlock.Except, "169.254.0.0/16")
			})
			if !open {
				t.Error("the proxy is not open on private addresses, or where identities are")
			}
		})
	}
}
