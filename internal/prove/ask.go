package prove

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"istio.io/api/networking/v1alpha3"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/gomods/athens-kfn/internal/envoypath"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// Istio's defaults for a call where no VirtualService speaks.
const (
	meshTries   = 3
	meshRetryOn = "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes"
)

// call is a request on its way.
type call struct {
	world *World
	Request
	// from is whose Envoy sends it on.
	from client
	// ranges that the caller's address is in, and the token that it sends; nil for
	// a caller in no entry of gateway.clients and catalogClients.
	ranges []string
	token  *v1alpha1.ClientJWT
	// unset are headers whose values are not known, each with the reason.
	unset map[string]string
	// written are the attributes that an Envoy on the way wrote.
	written map[string]bool
	// trace of a request that represents others; nil for one that represents itself.
	trace *trace
	// met counts the Envoys that read the path; judged says that one of them looked
	// at it.
	met    int
	judged bool
	Answer
}

// client is pods as routes and destinations know them; envoy is false for those
// outside the mesh.
type client struct {
	namespace string
	labels    labels.Set
	envoy     bool
}

// Ask follows a request to the program that answers it.
func (w *World) Ask(r Request) Answer { return w.follow(r, nil) }

func (w *World) follow(r Request, t *trace) Answer {
	c := w.calls(r)
	c.trace = t
	c.Headers = maps.Clone(r.Headers)
	if c.Headers == nil {
		c.Headers = map[string]string{}
	}
	c.doubt(unsure(w.unread...))
	if outside(r.As) {
		w.throughGateway(c)
		return c.Answer
	}
	host := w.host(cmp.Or(r.To, generators.Athens))
	if c.Host == "" {
		c.Host = host
	}
	c.step("%s asks %s", r.As, host)
	// The route of another site on the gateway decided about the path before.
	if r.As == Plain || r.As == Gateway {
		w.deliver(c, destination{host: host, port: c.port()})
		return c.Answer
	}
	w.throughSidecar(c, host)
	return c.Answer
}

// calls is a request before its first step.
func (w *World) calls(r Request) *call {
	c := &call{world: w, Request: r, from: w.client(r.As)}
	if e := w.entry(r.As); e != nil {
		c.ranges, c.token = e.CIDRs, e.JWT
	} else if strings.HasPrefix(r.As, clientOf) {
		c.doubt(unsure("no entry of gateway.clients is called " + strings.TrimPrefix(r.As, clientOf)))
	}
	return c
}

// host of the site's Service that programs call athens or list; another host is
// that of a Service.
func (w *World) host(to string) string {
	if strings.Contains(to, ".") {
		return to
	}
	i := slices.IndexFunc(w.services, func(s *corev1.Service) bool {
		return s.Labels[generators.SiteLabel] == w.owner && w.To(s) == to
	})
	if i < 0 {
		return generators.Host(w.site, to)
	}
	return w.hostOf(w.services[i])
}

// To is what programs call a Service of the site.
func (w *World) To(s *corev1.Service) string {
	if isList(s) {
		return generators.List
	}
	return s.Labels[nameLabel]
}

// client that a caller is.
func (w *World) client(as string) client {
	switch as {
	case Plain:
		return client{}
	case Stranger:
		return client{namespace: strangers, envoy: true}
	}
	if as == Gateway || outside(as) {
		g := w.site.Spec.Gateway.Workload()
		return client{g.Namespace, g.Labels, true}
	}
	if d := w.runs(as); d != nil {
		return client{d.GetNamespace(), d.template.Labels, true}
	}
	return client{w.site.Namespace, generators.Selector(w.site, as), true}
}

// strangers is the namespace of other pods in the mesh.
const strangers = "elsewhere"

// runs is the site's workload of a program; nil for none.
func (w *World) runs(program string) *workload {
	i := slices.IndexFunc(w.workloads, func(d *workload) bool {
		return d.GetLabels()[generators.SiteLabel] == w.owner && d.program() == program
	})
	if i < 0 {
		return nil
	}
	return w.workloads[i]
}

// throughGateway is the way from outside: host, the gateway's own policies,
// routes.
func (w *World) throughGateway(c *call) {
	if c.Host == "" {
		c.Host = w.site.Spec.Host
	}
	var at *virtualHost
	if c.Port != PlainPort {
		elsewhere := false
		if at, elsewhere = w.virtualHost(c); elsewhere {
			c.end(404, Gateway, "the host has routes, and none to a program of the site")
			return
		}
	}
	if w.throughDoor(c.As) && !c.sees(look{of: ofHeader + frontDoorHeader, how: "some"}) {
		c.Headers[frontDoorHeader] = w.site.Spec.Edge.FrontDoor.ID
		c.overwrite(ofHeader + frontDoorHeader)
		c.step("Front Door adds X-Azure-FDID")
	}
	if c.Port == PlainPort {
		w.overPlainHTTP(c)
		return
	}
	// Clients name the host that they ask in the handshake too.
	sni := w.site.Spec.Host
	if hosts := w.site.Spec.Hosts(); w.site.Spec.Edge.FrontDoor == nil {
		if i := slices.IndexFunc(hosts, c.covered); i >= 0 {
			sni = hosts[i]
		}
	}
	served := w.served(sni)
	c.doubt(served)
	if !served.possible() {
		c.end(0, Gateway, "the gateway has no certificate for %s", sni)
		return
	}
	if !c.read("the gateway") {
		c.By = Gateway
		return
	}
	if c.trace != nil {
		c.doubt(w.aside)
	}
	g := w.site.Spec.Gateway.Workload()
	labels, some := w.gatewayLabels()
	pod := arrival{call: c, namespace: g.Namespace, labels: labels, port: int(g.TargetPort), gateway: some}
	w.filtered(&pod)
	if c.By = Gateway; !w.verify(&pod) {
		return
	}
	if allowed, why := w.permit(pod); !allowed {
		c.Policy = why
		c.end(403, Gateway, "%s denies it at the gateway", why)
		return
	}
	var route *choice
	if at != nil {
		c.doubt(at.known)
		route = c.choose(at.choices)
	}
	if route == nil {
		c.end(404, Gateway, "the gateway has no route for host %s", c.Host)
		return
	}
	w.act(c, route, Gateway)
}

// throughSidecar is the way of a program in the mesh: its own Envoy's routes.
func (w *World) throughSidecar(c *call, host string) {
	if !c.read("the sidecar of " + c.As) {
		c.By = Sidecar
		return
	}
	w.filtered(&arrival{call: c, namespace: c.from.namespace, labels: c.from.labels})
	c.Tries, c.RetryOn = meshTries, meshRetryOn
	imported := w.imports(c.from, host)
	c.doubt(imported)
	if !imported.possible() {
		c.end(502, Sidecar, "the Sidecar of %s does not let it reach %s", c.As, host)
		return
	}
	vs := w.inMesh(c, host)
	if vs == nil {
		w.deliver(c, destination{host: host, port: c.port()})
		return
	}
	route := c.choose(w.choices(vs, meshGateway, c.port(), c.from, true))
	if route == nil {
		c.end(404, Sidecar, "%s has no route for it", title(vs))
		return
	}
	w.act(c, route, Sidecar)
}

// port of the Service that a program asks.
func (c *call) port() uint32 { return cmp.Or(c.Port, generators.ServicePort) }

// deliver brings a request to the pods behind a destination.
func (w *World) deliver(c *call, to destination) {
	service := w.service(to.host)
	if service == nil {
		c.doubt(w.absent(to.host))
		c.end(503, to.host, "%s has no pods", to.host)
		return
	}
	port, speaks := servicePort(service, to.port)
	if port == nil {
		c.end(503, to.host, "%s has no port %d", title(service), to.port)
		return
	}
	c.doubt(all(speaks, w.plainService(service, c.from), w.addedEndpoints(service)))
	policy, subset, known := w.policy(c.from, to, port)
	c.doubt(known)
	if to.subset != "" && subset == nil {
		c.end(503, to.host, "no DestinationRule has a subset %s of %s", to.subset, to.host)
		return
	}
	behind, best := w.backends(service, policy, subset.GetLabels())
	if len(behind) == 0 {
		c.end(503, to.host, "%s has no pods", to.host)
		return
	}
	before := *c
	before.Unknown, before.Steps = slices.Clip(c.Unknown), slices.Clip(c.Steps)
	c.By = behind[0].program()
	w.arrive(c, behind[0], port, policy)
	if best < len(behind) && policy.GetOutlierDetection() != nil {
		next := before
		next.By = behind[best].program()
		w.arrive(&next, behind[best], port, policy)
		step := c.By + " answers; " + next.By + " answers if all pods of " + c.By + " are down"
		if c.Status != 200 || next.Status == 200 {
			c.Fallback = next.By
		} else {
			step += ", but then the answer is " + next.Outcome()
		}
		c.Steps = slices.Insert(c.Steps, len(before.Steps), step)
	}
	for _, equal := range behind[1:best] {
		other := before
		other.By = equal.program()
		w.arrive(&other, equal, port, policy)
		c.doubt(unsure(other.Unknown...))
		if other.Status != c.Status || other.MTLS != c.MTLS {
			c.doubt(unsure("requests to " + to.host + " go to " + title(behind[0]) + " as well as to " + title(equal) + ", which answer differently"))
		} else if other.By != c.By {
			c.step("%s answers as well: both are pods of %s", other.By, to.host)
		}
	}
}

// arrive asks the pods of a workload.
func (w *World) arrive(c *call, pod *workload, port *corev1.ServicePort, policy *v1alpha3.TrafficPolicy) {
	at := arrival{call: c, namespace: pod.GetNamespace(), labels: pod.template.Labels, port: pod.port(port)}
	if at.port == 0 {
		c.end(503, c.By, "%s has no port %s", title(pod.Object), port.TargetPort.StrVal)
		return
	}
	c.doubt(pod.listens(at.port))
	captured := w.captured(pod, at.port)
	c.doubt(captured)
	if !captured.possible() {
		c.reached()
		c.end(200, c.By, "%s answers without a sidecar", c.By)
		return
	}
	if !w.authenticate(&at, policy) {
		return
	}
	w.filtered(&at)
	if !c.read("the sidecar of "+c.By) || !w.verify(&at) {
		return
	}
	allowed, why := w.permit(at)
	c.Policy = why
	if !allowed {
		c.end(403, c.By, "%s refuses %s: %s", c.By, at.principal, why)
		return
	}
	c.reached()
	c.MTLS = at.principal != ""
	connects := w.connects(c, pod, at.port)
	c.doubt(connects)
	if !connects.possible() {
		c.end(503, c.By, "no NetworkPolicy lets it connect to port %d of %s", at.port, c.By)
		return
	}
	c.end(200, c.By, "%s lets %s pass", cmp.Or(why, "no policy refuses it:"), cmp.Or(at.principal, "it"))
}

// principal of a caller, where it speaks mTLS.
func (w *World) principal(as string) string {
	switch g := w.site.Spec.Gateway.Workload(); {
	case as == Gateway || outside(as):
		return generators.Principal(w.site, g.Namespace, g.ServiceAccountName)
	case as == Stranger:
		return generators.Principal(w.site, strangers, "anyone")
	}
	if d := w.runs(as); d != nil {
		return generators.Principal(w.site, d.GetNamespace(), cmp.Or(d.template.Spec.ServiceAccountName, "default"))
	}
	return generators.AccountPrincipal(w.site, as)
}

// read makes of the path what the next Envoy makes of it; false if that refuses
// it.
func (c *call) read(envoy string) bool {
	if c.met++; c.trace != nil {
		return c.readsAlike(envoy)
	}
	path, ok := envoypath.Normalize(c.Path, envoypath.HTTP1)
	switch {
	case !ok:
		c.end(400, c.By, "%s refuses the path", envoy)
	case path != c.Path:
		c.step("%s reads the path as %s", envoy, path)
		c.Path = path
	}
	return ok
}

// readsAlike is read for a path that represents others, which is as an Envoy hands
// it on. Where none has looked at it yet, the paths are all that there are, and so
// is what the next Envoy reads. Where one has, the next one must read the same.
func (c *call) readsAlike(envoy string) bool {
	if c.met == 1 || !c.judged || !c.sees(look{of: ofPath, how: "unstable"}) {
		return true
	}
	c.trace.twice = true
	c.end(400, c.By, "%s may read another path", envoy)
	return false
}

// reached notes which program a request comes to.
func (c *call) reached() {
	if c.trace != nil && !slices.Contains(c.trace.reached, c.By) {
		c.trace.reached = append(c.trace.reached, c.By)
	}
}

func (a *Answer) step(format string, args ...any) {
	a.Steps = append(a.Steps, fmt.Sprintf(format, args...))
}

func (a *Answer) end(status int, by, format string, args ...any) {
	a.Status, a.By = status, by
	a.step(format, args...)
}

// refuse closes the connection; a caller with an Envoy hears 503 from it.
func (c *call) refuse(format string, args ...any) {
	status := 503
	if c.As == Plain {
		status = 0
	}
	c.end(status, c.By, format, args...)
}

// take records what a route sets about time.
func (a *Answer) take(route *v1alpha3.HTTPRoute, name string) {
	a.Route = name
	if route.GetDirectResponse() != nil || route.GetRedirect() != nil {
		return
	}
	a.Timeout = route.GetTimeout().AsDuration()
	a.Tries, a.PerTry, a.RetryOn = meshTries, 0, meshRetryOn
	if retries := route.GetRetries(); retries != nil {
		a.Tries, a.RetryOn = 1, ""
		if retries.GetAttempts() > 0 {
			a.Tries += int(retries.GetAttempts())
			a.RetryOn = withStatuses(cmp.Or(retries.GetRetryOn(), meshRetryOn))
		}
		a.PerTry = retries.GetPerTryTimeout().AsDuration()
	}
}
