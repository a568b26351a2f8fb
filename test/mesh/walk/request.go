// Package walk takes a request through the Envoys of a cluster, from its
// sender to the program that answers it.
package walk

import (
	"cmp"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/test/mesh/cluster"
)

// Request is one to walk.
type Request struct {
	// From is who sends it:
	//   client    a go command, through the Front Door if the site has one
	//             with all parts of the first entry of gateway.clients
	//   client:NAME  the same for another entry; unlisted: for none
	//   internet  anyone who knows the gateway's address
	//   region    the crathens of another region, from the first address of
	//             gateway.catalogClients
	//   gateway   another owner's route on the site's gateway, which leads to
	//             the Service in the URL
	//   region-gateway  the same for a request from another region
	//   kubelet   the node, probing a pod
	//   NAME      a pod of the program: lathens, crathens, athens, guest (some
	//             other pod of the site's namespace), stranger (in the mesh,
	//             another namespace), plain (outside the mesh)
	From string
	// Line is method and URL. The URL may begin with one of the names below.
	// Without a host it means https://{host}. tls://HOST:PORT and
	// tcp://HOST:PORT are connections that carry no HTTP.
	//   {host}        the site's host
	//   {athens} {list}  its Services; {guest} another in its namespace
	//   {athens-pod} {lathens-pod}  one pod and its port
	Line string
	// Host is the Host header, where it is another than the URL's.
	Host string
	// SNI of a TLS handshake, where it is another than the URL's host.
	SNI string
	// Headers of the request.
	Headers map[string]string
}

// Result is what becomes of a request.
type Result struct {
	// Status is what the sender gets; 0 if the connection is closed. A backend
	// that is reached answers 200.
	Status int
	// By is who answers or closes: gateway, the name of a program, the sender's
	// own sidecar, or a host outside.
	By string
	// Fallback is the program behind By, asked when all of By's pods are gone.
	Fallback string
	// MTLS says that the last hop carries the sender's identity.
	MTLS bool
	// Route that was taken first, its Timeout and its Tries.
	Route   string
	Timeout time.Duration
	Tries   int
	PerTry  time.Duration
	RetryOn string
	// Onwards says that a retry goes to the next priority.
	Onwards bool
	// Elsewhere says that a retry goes to another pod.
	Elsewhere bool
	// Seamless says that no client sees it when all of By's pods die at once:
	// tries go on to Fallback.
	Seamless bool
	// HTTP2 says that the pod is spoken to in HTTP/2.
	HTTP2 bool
	// Traced is the percentage of requests that begin a trace.
	Traced float64
	// Hash is the header that chooses the pod.
	Hash string
	// Zone of the pod that answers, or the zones of those of which one does.
	Zone string
	// Loads is the percentage of each program's share.
	Loads map[string]int
	// Path as the one who answers sees it.
	Path string
	// Forbidden says which NetworkPolicies forbid a connection on the way. The
	// walk goes on, because not every cluster enforces them, and what they
	// forbid the mesh must refuse by itself.
	Forbidden string
	// Steps that it took, for people.
	Steps []string
}

func (r *Result) step(format string, args ...any) {
	r.Steps = append(r.Steps, fmt.Sprintf(format, args...))
}

// end sets who answers what.
func (r *Result) end(status int, by, why string, args ...any) {
	r.Status, r.By = status, by
	r.step(why, args...)
}

// target is where a request is sent to.
type target struct {
	url  *url.URL
	port int
	// name is the host, before it is resolved.
	name string
	// method of HTTP; "" for raw connections.
	method string
}

func (w *World) parse(site *v1alpha1.AthensSite, r Request) (target, error) {
	method, raw, ok := strings.Cut(r.Line, " ")
	if !ok {
		method, raw = "", r.Line
	}
	if strings.HasPrefix(raw, "/") {
		raw = "https://{host}" + raw
	}
	suffix := "." + site.Namespace + ".svc.cluster.local"
	names := []string{
		"{host}", site.Spec.Host,
		"{athens}", site.Name + "-athens" + suffix,
		"{list}", site.Name + "-list" + suffix,
		"{guest}", "guest" + suffix,
	}
	for _, program := range []string{"athens", "lathens"} {
		if pods := w.pods(site, program); len(pods) > 0 {
			names = append(names, "{"+program+"-pod}", netip.AddrPortFrom(netip.MustParseAddr(pods[0].IP), uint16(pods[0].Ports["http"])).String())
		}
	}
	raw = strings.NewReplacer(names...).Replace(raw)
	// What stands behind the authority is sent as it is, like a rude client.
	scheme, rest, _ := strings.Cut(raw, "://")
	authority, path, _ := strings.Cut(rest, "/")
	u, err := url.Parse(scheme + "://" + authority)
	if err != nil || strings.Contains(authority, "{") {
		return target{}, fmt.Errorf("request %q: cannot read %q", r.Line, raw)
	}
	u.Opaque = "/" + path
	t := target{url: u, name: u.Hostname(), method: method}
	if t.port, err = strconv.Atoi(u.Port()); err != nil {
		t.port = map[string]int{"http": 80, "https": 443}[scheme]
	}
	if t.port == 0 {
		return target{}, fmt.Errorf("request %q: no port", r.Line)
	}
	return t, nil
}

// Target is where a request goes, and what stands in it.
type Target struct {
	Scheme, Method, Path, Authority, SNI string
	// IP and Port that DNS leads to, and the pod that kube-proxy would choose;
	// "" if it is no pod.
	IP     string
	Port   int
	Behind string
}

// Target reads a request.
func (w *World) Target(site *v1alpha1.AthensSite, r Request) (Target, error) {
	t, err := w.parse(site, r)
	if err != nil {
		return Target{}, err
	}
	ip, behind := w.resolve(t)
	out := Target{
		Scheme: t.url.Scheme, Method: t.method, Path: t.url.Opaque,
		Authority: cmp.Or(r.Host, t.url.Host), SNI: cmp.Or(r.SNI, t.name), IP: ip, Port: t.port,
	}
	if len(behind) > 0 {
		out.Behind = fmt.Sprintf("%s:%d", behind[0].ip, behind[0].port)
	}
	return out, nil
}

// Gateway is the pod that a site's host leads to, and its port for another
// port of its Service.
func (w *World) Gateway(site *v1alpha1.AthensSite, port int) (*cluster.Pod, int) {
	g := site.Spec.Gateway.Workload()
	pods := w.Cluster.Select(g.Namespace, g.Labels)
	return pods[0], w.targetPort(pods, port)
}
