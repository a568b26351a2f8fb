package check

import (
	"slices"
	"strings"

	istio "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

func egressRules() []Rule {
	return []Rule{
		{
			Code: "AK602", Severity: Warning,
			Fault: "clients can make Athens call private hosts",
			Title: "clients cannot make Athens call private hosts",
			Why:   "With direct, Athens fetches a module from the host in its path. Every client of the site can make Athens call any public host on ports 443, 80 and 22, as with any proxy that uses direct. NetworkPolicies close private addresses and the metadata services of clouds, but not the ranges of egress.allow. A range on only the ports of servers that the spec names, such as a database's, does not count: no module is fetched from there. git does not follow redirects to plain HTTP, but hg does, if a public module is in Mercurial.",
			Cure:  "Leave networkPolicies.enabled out, and keep the ranges of egress.allow as narrow as the servers in them. Or set athens.upstream.goproxy to a proxy, such as https://mirror.example.com, without direct: Athens then calls only the hosts that the spec names. athens.upstream.goEnv: {GOVCS: \"public:git,private:all\"} allows Mercurial only for private modules. A site that serves only the modules it holds sets networkMode: Offline and download.mode: None, and Athens fetches nothing.",
			Example: `
athens: {upstream: {goproxy: "https://mirror.example.com,direct"}}
egress: {allow: [{cidr: 10.20.0.0/16, ports: [443]}]}`,
			Cured: `
athens: {upstream: {goproxy: "https://mirror.example.com,direct"}}`,
			find: func(w *World, add add) {
				if !w.Athens.AsksDirect() || w.Egress.Mode == v1alpha1.EgressListed { // where a proxy asks
					return
				}
				said := "direct lets every client of the site make Athens call %s"
				if w.Athens.NetworkMode == v1alpha1.NetworkOffline {
					said += ": networkMode Offline is only about lists, and download.mode still fetches versions"
				}
				switch ranges := allowedRanges(w); {
				case !*w.NetworkPolicies.Enabled:
					add("spec.athens.upstream.goproxy", said, "any host, including those inside your networks and the cloud's metadata service, because networkPolicies.enabled is false")
				case len(ranges) > 0:
					add("spec.athens.upstream.goproxy", said, "every address in "+strings.Join(ranges, ", ")+" (egress.allow)")
				}
			},
		},
		{
			Code: "AK603", Severity: Warning,
			Fault:   "egress is wider than necessary",
			Title:   "egress is as narrow as possible",
			Why:     "In egress mode Open, Athens may call any host. This spec names every host that Athens needs, so mode Listed is enough, and prevents a process in Athens' pod from calling other hosts.",
			Cure:    "Set egress.mode: Listed. If private modules have vanity import paths, list their hosts in egress.allow.",
			Example: `egress: {mode: Open}`,
			when:    generatorsMeshed,
			find: says("spec.egress.mode", "is Open, though this spec names every host that Athens needs",
				func(w *World) bool { return w.Egress.Mode == v1alpha1.EgressOpen && listedWorks(w) }),
		},
		{
			Code: "AK604", Severity: Warning,
			Fault:   "policies block a region of the Cosmos DB account",
			Title:   "policies allow every region of the Cosmos DB account",
			Why:     "The driver asks the account for its regions, and then connects to <account>-<region>.mongo.cosmos.azure.com. In egress mode Listed, hosts that are not registered are closed, so Athens cannot read or write.",
			Cure:    "Set cosmos.regions to the regions of the account, in lower case without spaces, as in [westeurope].",
			Example: etcdExample + `storage: {azureBlob: null, mongo: {url: {secretRef: {name: athens-cosmos}}, cosmos: {account: acme-gomods}}}`,
			Cured:   etcdExample + `storage: {azureBlob: null, mongo: {url: {secretRef: {name: athens-cosmos}}, cosmos: {account: acme-gomods, regions: [westeurope]}}}`,
			when:    func(w *World) bool { m := w.Athens.Storage.Mongo; return m != nil && m.Cosmos != nil },
			find: func(w *World, add add) {
				if m := w.Athens.Storage.Mongo; len(m.Cosmos.Regions) == 0 && registered(w) {
					add("spec.athens.storage.mongo.cosmos.regions", "is not set: the hosts of the account's regions are not registered, but the driver connects to them")
				}
			},
		},
		{
			Code: "AK605", Severity: Warning,
			Fault:   "the port of a database is open to other hosts",
			Title:   "the port of a database is open to that database only",
			Why:     "A TCP connection does not name its host. If the spec names two hosts outside the cluster with the same port, the mesh cannot tell them apart, and opens the port to every address.",
			Cure:    "Name one host for each port, such as a DNS name that resolves to all servers, or give each server its own port.",
			Example: etcdExample + `storage: {azureBlob: null, mongo: {url: {secretRef: {name: athens-mongo}}, hosts: ["mongo-0.example.com:27017", "mongo-1.example.com:27017"]}}`,
			Cured:   etcdExample + `storage: {azureBlob: null, mongo: {url: {secretRef: {name: athens-mongo}}, hosts: ["mongo.example.com:27017"]}}`,
			when:    registered,
			find: func(w *World, add add) {
				for _, se := range generators.OfType[*networkingv1.ServiceEntry](w.Objects) {
					if se.Spec.GetResolution() == istio.ServiceEntry_NONE && len(se.Spec.GetAddresses()) == 0 && len(se.Spec.GetHosts()) > 1 {
						for _, port := range se.Spec.GetPorts() {
							add("", "ServiceEntry %s: %s share port %d, which is therefore open to every address", se.Name, strings.Join(se.Spec.GetHosts(), " and "), port.GetNumber())
						}
					}
				}
			},
		},
		{
			Code: "AK606", Severity: Error,
			Fault:   "policies may block a server that a Secret names",
			Title:   "policies allow the servers that the environment names",
			Why:     "athens-kfn opens the servers that athens.env names in clear text. This variable comes from a Secret or a ConfigMap, which is not read, and in egress mode Listed Athens reaches only what is registered.",
			Cure:    "Write the server as value. Or add it to egress.allow, with its port.",
			Example: `athens: {env: [{name: AWS_ENDPOINT_URL_STS, valueFrom: {secretKeyRef: {name: athens-sts, key: url}}}]}`,
			Cured:   `athens: {env: [{name: AWS_ENDPOINT_URL_STS, value: "https://sts.example.com"}]}`,
			when:    func(w *World) bool { return w.Egress.Mode == v1alpha1.EgressListed && len(w.Athens.Env) > 0 },
			find: func(w *World, add add) {
				for i, e := range w.Athens.Env {
					if v1alpha1.NamesServer(e.Name) && e.ValueFrom != nil && len(w.Egress.Allow) == 0 {
						add(item("spec.athens.env", i)+".valueFrom", "names the server of %s, so no policy opens it", e.Name)
					}
				}
			},
		},
		{
			Code: "AK607", Severity: Warning,
			Fault:   "policies open every port of a namespace",
			Title:   "policies open only the ports of Services that the site uses",
			Why:     "NetworkPolicies see the ports of pods. Behind port 80 or 443 of a Service there is usually another one, which no field of the spec names, so the policy opens all ports of the Service's namespace to Athens.",
			Cure:    "Write the Service as egress.allow with the ports that its pods listen on, as kubectl get endpointslices prints them.",
			Example: `athens: {upstream: {goproxy: "http://goproxy.infra.svc.cluster.local"}}`,
			Cured: `
athens: {upstream: {goproxy: "http://goproxy.infra.svc.cluster.local"}}
egress: {allow: [{host: goproxy.infra.svc.cluster.local, ports: [3000]}]}`,
			when: func(w *World) bool { return *w.NetworkPolicies.Enabled },
			find: func(w *World, add add) {
				for _, e := range generators.Endpoints(w.Site) {
					if namespace, inside := w.ServiceNamespace(e.Host); inside && len(generators.ServicePorts(w.Site, e)) == 0 {
						add("spec.egress.allow", "does not name the ports of the pods behind %s:%d: the NetworkPolicy opens every port of the namespace %s to Athens", e.Host, e.Port, namespace)
					}
				}
			},
		},
		{
			Code: "AK608", Severity: Warning,
			Fault: "policies block a server on a private address",
			Title: "policies allow the site's servers on private addresses",
			Why:   "A NetworkPolicy cannot match names. If no mesh restricts Athens to the hosts of the spec (egress mode Open, or mesh.mode None), it opens the port of a named server to public addresses only: opening private ones would let Athens reach every other server on that port inside your networks. The name of this server belongs to a private network: .internal, .local, .home.arpa and similar domains are not public, and neither are privatelink zones. check lists the other names among what must exist, as public addresses.",
			Cure:  "Write the range of its addresses with its port as egress.allow, as in {cidr: 10.20.0.0/16, ports: [5432]}.",
			Example: ingressExample + `
athens: {index: {postgres: {host: db.corp.internal, credentials: {secretRef: {name: athens-index}}}}}`,
			Cured: ingressExample + `
athens: {index: {postgres: {host: db.corp.internal, credentials: {secretRef: {name: athens-index}}}}}
egress: {allow: [{cidr: 10.20.0.0/16, ports: [5432]}]}`,
			Beside: []string{"AK503"},
			when:   func(w *World) bool { return *w.NetworkPolicies.Enabled && !generators.Named(w.Site) },
			find: func(w *World, add add) {
				for _, e := range w.publicHosts() {
					if privateName(e.Host) {
						add("spec.egress.allow", "holds no range with port %d: the name %s has a private address, which the NetworkPolicy blocks", e.Port, e.Host)
					}
				}
			},
		},
		{
			Code: "AK609", Severity: Warning,
			Fault: "an offline site downloads modules",
			Title: "an offline site serves what it holds",
			Why:   "networkMode Offline keeps Athens from asking upstream for lists only. The first request of a version that is not stored downloads it, unless download.mode is None.",
			Cure:  "Set athens.download: {mode: None}, without rules that download, or leave networkMode out.",
			Example: `
athens: {networkMode: Offline}
crathens: {enabled: false}`,
			Cured: `
athens: {networkMode: Offline, download: {mode: None}, upstream: null}
crathens: {enabled: false}`,
			when: func(w *World) bool { return w.Athens.NetworkMode == v1alpha1.NetworkOffline },
			find: says("spec.athens.networkMode", "is Offline, but download.mode or one of its rules still downloads versions that are not stored",
				func(w *World) bool { return w.Athens.Fetches() }),
		},
		{
			Code: "AK610", Severity: Warning,
			Fault:   "a store's name may be a Service but is treated as an internet host",
			Title:   "the names of stores tell Services from hosts of the internet",
			Why:     "A name of two labels is short for a Service and its namespace, unless the second is a top-level domain, as storage, cloud, dev and many other words are. Then policies open the port to the internet and close it to the Service.",
			Cure:    "Write the Service in full, as in minio.storage.svc.cluster.local:9000. Accept the finding if the store is at the domain itself.",
			Example: etcdExample + `storage: {azureBlob: null, minio: {endpoint: "minio.storage:9000", tls: {}, bucket: gomods, credentials: {secretRef: {name: athens-minio}}}}`,
			Cured:   etcdExample + `storage: {azureBlob: null, minio: {endpoint: "minio.storage.svc.cluster.local:9000", tls: {}, bucket: gomods, credentials: {secretRef: {name: athens-minio}}}}`,
			find:    shortNames,
		},
	}
}

// shortNames finds the stores at a name of two labels whose second one is a word.
func shortNames(w *World, add add) {
	fields := map[string]string{generators.ForStorage: "storage", generators.ForLock: "singleFlight", generators.ForIndex: "index"}
	for _, r := range generators.Reaches(w.Site) {
		for _, e := range slices.Concat(r.Endpoints, r.Proxied) {
			service, namespace, dotted := strings.Cut(e.Host, ".")
			word := dotted && len(namespace) > 2 && !strings.Contains(namespace, ".") && !slices.Contains([]string{"com", "net", "org"}, namespace)
			if field := fields[r.Purpose]; field != "" && word && !e.IsAddress() {
				add("spec.athens."+field, "names %s, a host of the internet because %s is a top-level domain: write %s.%s.svc.%s if it is a Service", e.Host, namespace, service, namespace, w.ClusterDomain)
			}
		}
	}
}

// registered says whether only registered hosts are open.
func registered(w *World) bool {
	return generators.Meshed(w.Site) && w.Egress.Mode == v1alpha1.EgressListed
}

// privateName says whether a name tells that its address is private. Azure's
// private endpoints have a label privatelink.
func privateName(host string) bool {
	return strings.Contains("."+host, ".privatelink.") ||
		slices.ContainsFunc(v1alpha1.PrivateDomains(), func(domain string) bool { return strings.HasSuffix(host, "."+domain) })
}

// allowedRanges are the ranges of addresses that the spec opens where modules
// may be fetched from: not those on ports of named servers alone.
func allowedRanges(w *World) (out []string) {
	servers := generators.Endpoints(w.Site)
	elsewhere := func(port int32) bool {
		return slices.Contains(v1alpha1.OpenPorts(), port) || !slices.ContainsFunc(servers, func(e generators.Endpoint) bool { return e.Port == port })
	}
	for _, a := range w.Egress.Allow {
		if a.CIDR != "" && slices.ContainsFunc(a.Ports, elsewhere) {
			out = append(out, a.CIDR)
		}
	}
	return out
}
