package prove

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"istio.io/api/networking/v1alpha3"
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/gomods/athens-kfn/internal/envoypath"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// Istio's defaults for a call inside the mesh, where no VirtualService speaks.
const (
	meshTries   = 3
	meshRetryOn = "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes"
)

// Ask follows a request to whoever answers it.
func (w *World) Ask(r Request) (a Answer) {
	if outside(r.As) {
		w.throughGateway(&r, &a)
		return a
	}
	host := generators.Host(w.site, cmp.Or(r.To, generators.Athens))
	if r.Host == "" {
		r.Host = host
	}
	a.step("%s asks %s", r.As, host)
	// The route of another site on the gateway decided about the path before.
	if r.As != Plain && r.As != Gateway {
		if !a.read(&r, "the sidecar of "+r.As) {
			a.By = Sidecar
			return a
		}
		a.Tries, a.RetryOn = meshTries, meshRetryOn
	}
	w.deliver(&r, host, &a)
	return a
}

// throughGateway is the way from outside: host, the gateway's own policies,
// routes.
func (w *World) throughGateway(r *Request, a *Answer) {
	if r.Host == "" {
		r.Host = w.site.Spec.Host
	}
	if fd := w.site.Spec.Edge.FrontDoor; fd != nil && r.As == Client && r.Headers["x-azure-fdid"] == "" {
		r.Headers = labels.Merge(r.Headers, labels.Set{"x-azure-fdid": fd.ID})
		a.step("Front Door adds X-Azure-FDID")
	}
	if !w.served(w.site.Spec.Host) {
		a.end(0, Gateway, "the gateway has no certificate for %s", w.site.Spec.Host)
		return
	}
	if !a.read(r, "the gateway") {
		a.By = Gateway
		return
	}
	g := w.site.Spec.Gateway.Workload()
	allowed, why := w.permit(arrival{Request: r, namespace: g.Namespace, labels: g.Labels, port: int(g.TargetPort)})
	if !allowed {
		a.Policy = why
		a.end(403, Gateway, "%s denies it at the gateway", why)
		return
	}
	route := w.route(r)
	if route == nil {
		a.end(404, Gateway, "the gateway has no route for host %s", r.Host)
		return
	}
	a.take(route)
	if direct := route.DirectResponse; direct != nil {
		a.end(int(direct.Status), Gateway, "route %s answers %d", route.Name, direct.Status)
		return
	}
	if len(route.GetRoute()) == 0 {
		a.end(503, Gateway, "route %s leads to no program", route.Name)
		return
	}
	host := route.GetRoute()[0].GetDestination().GetHost()
	a.step("route %s leads to %s", route.Name, host)
	w.deliver(r, host, a)
	a.Seamless = a.Fallback != "" && w.seamless(route)
}

// deliver brings a request to the pods behind a host.
func (w *World) deliver(r *Request, host string, a *Answer) {
	behind := w.backends(host)
	if len(behind) == 0 {
		a.end(503, host, "no pod stands behind %s", host)
		return
	}
	pod := behind[0]
	a.By = program(pod)
	if policy := w.policy(host); r.As != Plain && len(behind) > 1 && policy.GetOutlierDetection() != nil {
		a.Fallback = program(behind[1])
		a.step("%s answers; %s does when all its pods are gone", a.By, a.Fallback)
	}
	at := arrival{Request: r, namespace: pod.Namespace, labels: pod.Spec.Template.Labels, port: port(pod), region: r.As == Region}
	if !sidecar(pod) {
		a.end(200, a.By, "%s answers without a sidecar", a.By)
		return
	}
	if r.As != Plain && w.encrypts(host) {
		at.principal = w.principal(r.As)
	}
	if at.principal == "" && w.strict(pod.Namespace) {
		a.refuse(r.As, "%s takes nothing but mTLS", a.By)
		return
	}
	if !a.read(r, "the sidecar of "+a.By) {
		return
	}
	allowed, why := w.permit(at)
	a.Policy = why
	if !allowed {
		a.end(403, a.By, "%s refuses %s: %s", a.By, at.principal, why)
		return
	}
	a.MTLS = at.principal != ""
	a.end(200, a.By, "%s lets %s pass", cmp.Or(why, "no policy stands in the way and"), cmp.Or(at.principal, "it"))
}

func (w *World) principal(as string) string {
	g := w.site.Spec.Gateway.Workload()
	switch as {
	case Client, Internet, Region, Gateway:
		return generators.Principal(w.site, g.Namespace, g.ServiceAccountName)
	case Stranger:
		return generators.Principal(w.site, "elsewhere", "anyone")
	}
	return generators.AccountPrincipal(w.site, as)
}

func program(d *appsv1.Deployment) string {
	return d.Spec.Template.Labels["app.kubernetes.io/name"]
}

// port that a pod is reached on: the container's named http.
func port(d *appsv1.Deployment) int {
	for _, c := range d.Spec.Template.Spec.Containers {
		for _, p := range c.Ports {
			if p.Name == generators.PortName {
				return int(p.ContainerPort)
			}
		}
	}
	return 0
}

// read makes of the path what the next Envoy makes of it; false if that refuses
// it.
func (a *Answer) read(r *Request, envoy string) bool {
	path, ok := envoypath.Normalize(r.Path, envoypath.HTTP1)
	switch {
	case !ok:
		a.end(400, a.By, "%s refuses the path", envoy)
	case path != r.Path:
		a.step("%s reads the path as %s", envoy, path)
		r.Path = path
	}
	return ok
}

func (a *Answer) step(format string, args ...any) {
	a.Steps = append(a.Steps, fmt.Sprintf(format, args...))
}

func (a *Answer) end(status int, by, format string, args ...any) {
	a.Status, a.By = status, by
	a.step(format, args...)
}

// refuse closes the connection; a caller with an Envoy hears 503 from it.
func (a *Answer) refuse(as, format string, args ...any) {
	status := 503
	if as == Plain {
		status = 0
	}
	a.end(status, a.By, format, args...)
}

// take notes what a route says about time.
func (a *Answer) take(route *v1alpha3.HTTPRoute) {
	a.Route = route.Name
	if route.DirectResponse != nil {
		return
	}
	a.Timeout = route.Timeout.AsDuration()
	a.Tries = 1
	if retries := route.Retries; retries != nil {
		a.Tries += int(retries.Attempts)
		a.PerTry = retries.PerTryTimeout.AsDuration()
		a.RetryOn = withStatuses(retries.RetryOn)
	}
}

// withStatuses writes retry conditions as Envoy has them: status codes are a
// list of their own.
func withStatuses(retryOn string) string {
	var conditions []string
	codes := false
	for c := range strings.SplitSeq(retryOn, ",") {
		if _, err := strconv.Atoi(c); err == nil {
			codes = true
			continue
		}
		conditions = append(conditions, c)
	}
	if codes {
		conditions = append(conditions, "retriable-status-codes")
	}
	return strings.Join(conditions, ",")
}
