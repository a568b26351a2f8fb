package walk

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/test/mesh/cluster"
	"github.com/gomods/athens-kfn/test/mesh/envoy"
	"github.com/gomods/athens-kfn/test/mesh/istiod"
	"github.com/gomods/athens-kfn/test/mesh/manifest"
)

// World is a cluster with its control plane.
type World struct {
	Cluster *cluster.Cluster
	Istiod  *istiod.Istiod
	// Ejected are pods that outlier detection has ejected; nil is none.
	Ejected func(*cluster.Pod) bool
	// TrustDomain of the mesh's identities.
	TrustDomain string
}

// Do walks a request to a site. The error is about the request or about
// configuration that is not modelled; whatever happens to the request is in
// the Result.
func (w *World) Do(site *v1alpha1.AthensSite, r Request) (res Result, err error) {
	defer func() {
		if u, ok := recover().(envoy.Unsupported); ok {
			err = u
		}
	}()
	t, err := w.parse(site, r)
	if err != nil {
		return res, err
	}
	req := envoy.Request{
		Method: t.method, Path: t.url.Opaque, Authority: cmp.Or(r.Host, t.url.Host), Headers: map[string]string{},
	}
	for k, v := range r.Headers {
		req.Headers[strings.ToLower(k)] = v
	}
	conn := envoy.Conn{Port: t.port, HTTP: t.method != ""}
	if t.url.Scheme == "https" || t.url.Scheme == "tls" {
		conn.TLS, conn.SNI, conn.ALPN = true, cmp.Or(r.SNI, t.name), []string{"http/1.1"}
	}
	if isClient(r.From) {
		if fd := site.Spec.Edge.FrontDoor; fd != nil && req.Headers["x-azure-fdid"] == "" {
			req.Headers["x-azure-fdid"] = fd.ID
		}
		present(site, r.From, &conn, &req)
		w.gateway(site, conn, req, &res)
		return res, nil
	}
	switch r.From {
	case "internet":
		w.gateway(site, conn, req, &res)
	case "region":
		conn.Remote = otherRegion(site)
		w.gateway(site, conn, req, &res)
	case "gateway", "region-gateway":
		if r.From != "gateway" {
			conn.Remote = otherRegion(site)
		}
		g := site.Spec.Gateway.Workload()
		route := envoy.Route{Cluster: fmt.Sprintf("outbound|%d||%s", t.port, t.name), HTTP: true, Path: req.Path}
		w.send(w.Cluster.Select(g.Namespace, g.Labels)[0], "gateway", route, conn, req, &res)
	case "kubelet":
		err = w.probe(t, conn, req, &res)
	default:
		err = w.fromPod(site, r.From, t, conn, req, &res)
	}
	return res, err
}

// otherRegion is an address that may read the catalog.
func otherRegion(site *v1alpha1.AthensSite) string {
	return netip.MustParsePrefix(site.Spec.Gateway.CatalogRanges()[0]).Addr().String()
}

// pods of a program: of the site's namespace, or of the namespace shop.
func (w *World) pods(site *v1alpha1.AthensSite, program string) []*cluster.Pod {
	var out []*cluster.Pod
	for _, p := range w.Cluster.Pods {
		if p.Program == program && (p.Namespace == site.Namespace || p.Namespace == "shop") {
			out = append(out, p)
		}
	}
	return out
}

// gateway is where the site's DNS name leads: the Service of the gateway that
// the site's spec names.
func (w *World) gateway(site *v1alpha1.AthensSite, conn envoy.Conn, req envoy.Request, res *Result) {
	g := site.Spec.Gateway.Workload()
	pods := w.Cluster.Select(g.Namespace, g.Labels)
	port := w.targetPort(pods, conn.Port)
	if port == 0 {
		res.end(0, "gateway", "no gateway listens on port %d", conn.Port)
		return
	}
	pod := pods[0]
	conn.IP, conn.Port = pod.IP, port
	config := w.Istiod.Config(pod)
	l := config.Bound(conn)
	if l == nil {
		res.end(0, "gateway", "%s has no listener on port %d", pod, port)
		return
	}
	chain, err := envoy.Accept(l, conn)
	if err != nil {
		res.end(0, "gateway", "%s: %v", pod, err)
		return
	}
	if secret, ok := strings.CutPrefix(envoy.Certificate(chain), "kubernetes://"); ok {
		if err := certificate(manifest.Find(w.Cluster.Objects, "Secret", pod.Namespace, secret)); err != nil {
			res.end(0, "gateway", "%s has no certificate: Secret %s/%s: %v", pod, pod.Namespace, secret, err)
			return
		}
	}
	res.step("%s accepts it on port %d", pod, port)
	w.send(pod, "gateway", config.Serve(chain, conn, req), conn, req, res)
}

// targetPort of the pods behind a LoadBalancer's port; 0 if there is none.
func (w *World) targetPort(pods []*cluster.Pod, port int) int {
	for _, svc := range w.Cluster.Objects {
		if svc.Kind() != "Service" || len(pods) == 0 || svc.Namespace() != pods[0].Namespace ||
			!manifest.Has(pods[0].Labels, svc.Labels("spec", "selector")) {
			continue
		}
		for _, p := range svc.List("spec", "ports") {
			if p["port"] == port {
				n, _ := p.Int("targetPort")
				return n
			}
		}
	}
	return 0
}

// probe comes from the node. The injector redirects probes to the agent beside
// the Envoy, unless an annotation forbids it.
func (w *World) probe(t target, conn envoy.Conn, req envoy.Request, res *Result) error {
	pod := w.Cluster.Pod(t.name)
	if pod == nil {
		return fmt.Errorf("no pod %s", t.name)
	}
	if pod.Meshed && pod.Annotations["sidecar.istio.io/rewriteAppHTTPProbers"] != "false" {
		res.Path = req.Path
		res.end(200, pod.Program, "the agent in %s passes the probe on", pod)
		return nil
	}
	conn.IP = t.name
	w.deliver(pod, conn, req, res)
	return nil
}

// fromPod sends a request out of a pod.
func (w *World) fromPod(site *v1alpha1.AthensSite, program string, t target, conn envoy.Conn, req envoy.Request, res *Result) error {
	pods := w.pods(site, program)
	if len(pods) == 0 {
		return fmt.Errorf("no pod of %s", program)
	}
	pod := pods[0]
	ip, behind := w.resolve(t)
	conn.IP = ip
	// Sidecars believe what a pod says about its caller.
	hops := strings.Split(req.Headers["x-forwarded-for"], ",")
	conn.Remote = strings.TrimSpace(hops[len(hops)-1])
	if pod.Meshed {
		config := w.Istiod.Config(pod)
		chain, err := envoy.Accept(config.Outbound(conn), conn)
		if err != nil {
			res.end(0, "sidecar", "%s: %v", pod, err)
			return nil
		}
		w.send(pod, "sidecar", config.Serve(chain, conn, req), conn, req, res)
		return nil
	}
	if len(behind) > 0 {
		conn.IP, conn.Port = behind[0].ip, behind[0].port
	}
	w.dial(pod, conn, req, "outside", res)
	return nil
}

// dial opens a connection as it is from a pod to an address; name is who
// answers if that is not a pod.
func (w *World) dial(from *cluster.Pod, conn envoy.Conn, req envoy.Request, name string, res *Result) {
	to := w.Cluster.Pod(conn.IP)
	if why := w.Cluster.Forbids(from, to, conn.IP, conn.Port); why != "" {
		res.Forbidden = why
		res.step("%s", why)
	}
	if to == nil {
		res.end(200, name, "%s reaches %s:%d", from, conn.IP, conn.Port)
		return
	}
	w.deliver(to, conn, req, res)
}

// send follows the decision of an Envoy.
func (w *World) send(from *cluster.Pod, name string, route envoy.Route, conn envoy.Conn, req envoy.Request, res *Result) {
	if res.Route == "" {
		res.Route, res.Timeout, res.Hash = route.Name, route.Timeout, route.Hash
		res.Tries, res.PerTry, res.RetryOn, res.Elsewhere = route.Tries, route.PerTry, route.RetryOn, route.Elsewhere
		res.Onwards = route.Onwards
		res.Traced = route.Traced
	}
	switch {
	case route.Denied:
		res.end(route.Status, name, "%s denies it", from)
		return
	case route.Cluster == "":
		res.end(route.Status, name, "%s answers %d on route %s", from, route.Status, route.Name)
		return
	}
	req.Path = route.Path
	config := w.Istiod.Config(from)
	up := config.Upstream(route.Cluster, func(address string, _ int) bool {
		pod := w.Cluster.Pod(address)
		return pod != nil && w.Ejected != nil && w.Ejected(pod)
	})
	res.step("%s sends it to %s", from, route.Cluster)
	if up.Original {
		w.dial(from, conn, req, "outside", res)
		return
	}
	if len(up.Endpoints) == 0 {
		status := 0
		if route.HTTP {
			status = 503
		}
		res.end(status, route.Cluster, "%s has no endpoint", route.Cluster)
		return
	}
	res.Loads, res.HTTP2 = w.loads(up), up.HTTP2
	for _, e := range up.Endpoints {
		if name := w.program(e); name != w.program(up.Endpoints[0]) && e.Priority > up.Endpoints[0].Priority {
			res.Fallback = name
			res.Seamless = seamless(route, up)
			break
		}
	}
	w.connect(from, up.Endpoints[0], route, conn, req, res)
	res.Zone = w.zones(up)
}

// zones of the endpoints that are as good as the first; "" if it is no pod.
func (w *World) zones(up envoy.Upstream) string {
	var out []string
	for _, e := range up.Endpoints {
		if p := w.Cluster.Pod(e.Address); p != nil && e.Priority == up.Endpoints[0].Priority && !slices.Contains(out, p.Zone) {
			out = append(out, p.Zone)
		}
	}
	slices.Sort(out)
	return strings.Join(out, " or ")
}

// seamless says whether the tries of a request come past all endpoints of the
// first priority, should they have died at once. By a hash, which knows no
// priorities, they must meet each of them, and Envoy must give each up at once.
// Whether all callers at one time get their tries is not modelled.
func seamless(route envoy.Route, up envoy.Upstream) bool {
	first := 0
	for _, e := range up.Endpoints {
		if e.Priority == up.Endpoints[0].Priority {
			first++
		}
	}
	on := strings.Split(route.RetryOn, ",")
	for _, failure := range []string{"connect-failure", "refused-stream", "reset", "retriable-status-codes"} {
		if !slices.Contains(on, failure) {
			return false
		}
	}
	for _, status := range []uint32{502, 503, 504} {
		if !slices.Contains(route.Statuses, status) {
			return false
		}
	}
	if !up.FirstError || route.PerTry == 0 {
		return false
	}
	if route.Hash == "" {
		return route.Onwards
	}
	return route.Elsewhere && up.Immediate && route.Tries > first+1
}

// connect opens the connection to an endpoint.
func (w *World) connect(from *cluster.Pod, e envoy.Endpoint, route envoy.Route, conn envoy.Conn, req envoy.Request, res *Result) {
	pod := w.Cluster.Pod(e.Address)
	if pod == nil {
		// A host outside has the address that its name resolves to.
		w.dial(from, envoy.Conn{IP: outside, Port: e.Port}, req, e.Address, res)
		return
	}
	next := envoy.Conn{IP: e.Address, Port: e.Port, HTTP: conn.HTTP, Remote: conn.Remote}
	if e.TLS == nil {
		if !route.HTTP { // what the client encrypted stays so
			next.TLS, next.SNI, next.ALPN = conn.TLS, conn.SNI, conn.ALPN
		}
	} else {
		next.TLS, next.SNI, next.ALPN = true, e.TLS.SNI, e.TLS.ALPN
		if route.HTTP { // Istio's ALPN filter says so
			next.ALPN = []string{"istio-http/1.1", "istio", "http/1.1"}
		}
		if e.TLS.Certificate {
			next.Peer = w.identity(from)
		}
		if len(e.TLS.Peers) > 0 && !slices.Contains(e.TLS.Peers, w.identity(pod)) {
			res.end(503, from.Program, "%s does not trust %s: it expects %q", from, w.identity(pod), e.TLS.Peers)
			return
		}
	}
	res.step("TLS %v, as %q", next.TLS, next.Peer)
	w.dial(from, next, req, "", res)
	if res.Status == 0 && route.HTTP {
		res.Status = 503
	}
}

// deliver hands a connection to a pod: to its Envoy, or to the program.
func (w *World) deliver(pod *cluster.Pod, conn envoy.Conn, req envoy.Request, res *Result) {
	if !slices.Contains(slices.Collect(maps.Values(pod.Ports)), conn.Port) {
		res.end(0, pod.Program, "%s does not listen on port %d", pod, conn.Port)
		return
	}
	res.Path = req.Path
	if !pod.Meshed {
		if conn.TLS && conn.HTTP {
			res.end(0, pod.Program, "%s has no sidecar to end TLS", pod)
			return
		}
		res.end(200, pod.Program, "%s answers", pod)
		return
	}
	config := w.Istiod.Config(pod)
	chain, err := envoy.Accept(config.Listener(envoy.Inbound), conn)
	if err != nil {
		res.end(0, pod.Program, "%s: %v", pod, err)
		return
	}
	route := config.Serve(chain, conn, req)
	switch {
	case route.Denied:
		res.end(route.Status, pod.Program, "%s denies it", pod)
	case route.Cluster == "":
		res.end(route.Status, pod.Program, "the sidecar of %s answers %d", pod, route.Status)
	default:
		res.Path = route.Path // it is normalized here a second time
		res.MTLS = conn.Peer != ""
		res.end(200, pod.Program, "%s answers", pod)
	}
}

func (w *World) identity(p *cluster.Pod) string {
	return "spiffe://" + w.TrustDomain + "/ns/" + p.Namespace + "/sa/" + p.Account
}

// program that runs at an endpoint, or its address.
func (w *World) program(e envoy.Endpoint) string {
	if p := w.Cluster.Pod(e.Address); p != nil {
		return p.Program
	}
	return e.Address
}

// loads of programs in percent; inside a priority all endpoints count alike.
func (w *World) loads(up envoy.Upstream) map[string]int {
	out := map[string]int{}
	for p, load := range up.Load {
		count, all := map[string]int{}, 0
		for _, e := range up.Endpoints {
			if e.Priority == p {
				count[w.program(e)]++
				all++
			}
		}
		for name, n := range count {
			if load > 0 {
				out[name] += load * n / all
			}
		}
	}
	return out
}
