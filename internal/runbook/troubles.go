package runbook

import (
	"strings"

	"github.com/gomods/athens-kfn/internal/secrets"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/gateways"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/span"
)

// trouble is what one sees, what it means, how to be sure, and what helps.
type trouble struct {
	Symptom, Means, Check, Cure string
}

// Troubles of this site, the loudest first.
func (b *book) Troubles() []trouble {
	out := append(b.wayIn(), b.podTroubles()...)
	out = append(out, b.storageTrouble(), b.upstreamTrouble(), b.slow())
	if b.Lathens {
		out = append(out, trouble{
			"A new version is not in the list",
			"lathens keeps a list for " + span.Short(b.Site.Spec.Lathens.TTL.Duration) + ", and the old one for up to " + b.Stale() + " while Athens fails. The header says which: `hit`, `stale`, `miss`, `negative`, `bypass`, or `rejected` when too many callers wait.",
			"curl -sS -D - -o /dev/null" + b.netrc() + " " + b.Reach + "/MODULE/@v/list | grep -i x-lathens\n" + b.LogsAthens() + " --since=15m | grep MODULE",
			"`hit`: wait for " + span.Short(b.Site.Spec.Lathens.TTL.Duration) + ". `stale`: Athens cannot get the list; see *Modules cannot be found*. `miss`: upstream does not have it yet; proxies keep lists too.",
		})
	}
	if b.Crathens {
		out = append(out, trouble{
			"crathens fails, or never ends",
			"It ends with 1 when something was given up: its last lines say what, and how often. Athens serves on; versions are then stored when somebody asks for them.",
			b.K() + " get jobs,pods -l " + b.pods("crathens") + "\n" + b.logs("crathens") + " --tail=40",
			"What is gone upstream (404 and 410 for what is stored) is named and is no failure; builds that pin it go on. 404 or 410 for all of several modules, or for most of ten or more, is one: see whether Athens reaches upstream. A run is stopped after " + span.Short(b.Site.Spec.Crathens.Deadline.Duration) + ", and the next one goes on there. If it disturbs Athens, lower `spec.crathens.rate`, or stop it for now: " +
				quote.CodeSpan(b.K()+` patch cronjob `+quote.Shell(b.Site.Name+"-crathens")+` -p '{"spec":{"suspend":true}}'`) + ".",
		})
	}
	return out
}

func (b *book) netrc() string {
	if b.Site.Spec.Athens.BasicAuth != nil {
		return " --netrc"
	}
	return ""
}

// wayIn is what stands between a go command and the programs.
func (b *book) wayIn() []trouble {
	g := b.Site.Spec.Gateway.Workload()
	host := b.Site.Spec.Host
	if !b.Meshed {
		if b.Site.Spec.Gateway.Ingress == nil {
			return nil
		}
		return []trouble{{
			"Nothing answers, or the certificate is wrong",
			"The Ingress, its controller or DNS is at fault, not the programs.",
			b.K() + " describe ingress " + quote.Shell(b.Site.Name+"-ingress") + "\n" + b.K() + " get endpointslices -l " + b.SiteLabel(),
			"No address: the controller of class " + quote.CodeSpan(b.Site.Spec.Gateway.Ingress.ClassName) + " is not there. Endpoints are missing: no pod is ready; read on below.",
		}}
	}
	gw := b.Gateway()
	out := []trouble{{
		"Nothing answers, or the certificate is wrong",
		"The gateway, its certificate or DNS is at fault, not the programs.",
		gw + " get pods,services -l " + b.GatewayLabels() + "\n" + b.certificateCheck(host),
		b.certificateCure(),
	}, {
		"403, RBAC: access denied",
		"A policy refused the caller. That is right for /catalog, /index and /metrics, and wrong for modules.",
		b.Do("prove", "--request", "GET /golang.org/x/text/@v/list") + "\n" +
			gateways.Command(g.Namespace, g.Labels),
		"The account must be " + quote.CodeSpan(g.ServiceAccountName) + b.frontDoorCure() + ". Another account: set `spec.gateway.istio.workload.serviceAccountName` to it, and apply the site again. No pods: set `namespace` and `labels` there as well. The right account: the policies were changed; apply the site again.",
	}, {
		"503 with `UF`, `UH` or `NR` in the gateway's log",
		"NR: no route for the host. UH: no healthy pod. UF: the pod did not take the connection; both sides disagree about mTLS.",
		gw + " logs -l " + b.GatewayLabels() + " --tail=50 | grep -F " + quote.Shell(host) + "\n" +
			b.K() + " get endpointslices -l " + b.SiteLabel() + "\n" +
			"istioctl analyze -n " + quote.Shell(b.Namespace),
		"NR: apply the site again. UH: read *Athens' pods are not ready*. UF: pods without a sidecar; see *A pod does not start*, and restart them: " + quote.CodeSpan(b.K()+" rollout restart deployment") + ".",
	}}
	return out
}

func (b *book) certificateCheck(host string) string {
	out := "openssl s_client -connect " + quote.Shell(host+":443") + " -servername " + quote.Shell(host) + " </dev/null 2>/dev/null | openssl x509 -noout -subject -enddate"
	if name := b.Site.Spec.Gateway.TLSSecret(); name != "" {
		out += "\n" + b.Gateway() + " get secret " + quote.Shell(name) + ` -o jsonpath='{.data.tls\.crt}' | base64 -d | openssl x509 -noout -subject -enddate`
	}
	return out
}

func (b *book) certificateCure() string {
	g := &b.Site.Spec.Gateway
	if ref := g.Ref(); ref != nil {
		return "The certificate belongs to the Gateway " + quote.CodeSpan(ref.String()) + ": ask its owner. No pods: the same."
	}
	return "Expired or missing: create the Secret " + quote.CodeSpan(g.TLSSecret()) + " in " + quote.CodeSpan(g.Workload().Namespace) + " again (see *Rotate a secret*); the gateway takes it without a restart. No pods: the mesh's owner must bring the gateway back."
}

func (b *book) frontDoorCure() string {
	fd := b.Site.Spec.Edge.FrontDoor
	if fd == nil {
		return ""
	}
	return ", and requests must come through the Front Door with the ID " + quote.CodeSpan(fd.ID) + ": ask " + quote.CodeSpan("https://"+b.Site.Spec.Host) + ", not the gateway's address"
}

func (b *book) podTroubles() []trouble {
	var names []string
	for _, s := range secrets.Of(b.Site) {
		if s.Namespace == b.Namespace {
			names = append(names, quote.CodeSpan(s.Name))
		}
	}
	cure := "`ImagePullBackOff`: the image or the registry's password is wrong. `Pending`: the events say what the nodes lack. `violates PodSecurity`: "
	if b.Meshed {
		cure += "Istio runs without its CNI plugin; run " + b.Site.CNICommand(quote.CodeSpan) + " and restart the workloads, or set `spec.namespace.podSecurity: privileged`. "
	} else {
		cure += "something adds containers to the pods; set `spec.namespace.podSecurity`. "
	}
	if len(names) > 0 {
		cure += "`CreateContainerConfigError`, or a volume that cannot be mounted: a Secret or one of its keys is missing; it needs " + strings.Join(names, ", ") + " (see *Secrets it needs*). "
	}
	cure += "`CrashLoopBackOff`: the last words are in the log above."
	pods := trouble{
		"A pod does not start",
		"The pod or, where there is none, its ReplicaSet knows why.",
		b.K() + " describe pods -l " + b.SiteLabel() + " | grep -A15 '^Events'\n" +
			b.K() + " describe replicasets -l " + b.SiteLabel() + " | grep -i 'forbidden\\|failed'\n" +
			b.logs("athens") + " --previous --tail=20",
		cure,
	}
	killed := trouble{
		"Athens is OOMKilled, or evicted for its disk",
		"A download unpacks up to ten times its zip in /tmp, and each go command takes memory; there are up to " + number(b.Site.Spec.Athens.GoGetWorkers) + " at once.",
		b.K() + " describe pods -l " + b.pods("athens") + " | grep -B2 -A6 'Last State\\|Evicted'\n" + b.K() + " top pods --containers -l " + b.pods("athens"),
		"Lower `spec.athens.goGetWorkers`, or raise `spec.athens.resources`. Downloads that were cut off are made again at the next request.",
	}
	return []trouble{pods, killed}
}

func (b *book) storageTrouble() trouble {
	means := "/readyz lists from the storage, so an outage of " + b.StorageShort() + " makes every Athens pod unready. Liveness is not touched: restarting helps nothing."
	if b.Lathens {
		means += " lathens answers lists that it knows for " + b.Stale() + "."
	}
	check := b.K() + " get pods -l " + b.pods("athens") + "\n" + b.LogsAthens() + " --since=10m | grep -i 'readiness\\|storage\\|timeout' | tail\n" + b.storageCheck()
	cure := "Bring the storage back: pods become ready by themselves within a minute."
	if b.Site.Spec.Athens.Storage.Disk != nil {
		cure += " A full volume: raise `spec.athens.storage.disk.size` (the storage class must allow it), or purge what nobody needs."
	}
	if name := b.storageSecret(); name != "" {
		cure += " `403` or `401` in the log: the key in the Secret " + quote.CodeSpan(name) + " is no longer right; see *Rotate a secret*."
	}
	return trouble{"Athens' pods are not ready", means, check, cure}
}

func (b *book) storageSecret() string {
	for _, s := range secrets.Of(b.Site) {
		if strings.HasPrefix(s.For, "storage") {
			return s.Name
		}
	}
	return ""
}

func (b *book) upstreamTrouble() trouble {
	a := &b.Site.Spec.Athens
	means := "Athens asks " + inTurn(a.Upstream.Proxies()) + ". It answers 404 and 500 alike when upstream fails, so the log tells more than the status."
	cure := "Upstream is down: stored versions are served all the same; wait, or add another to `spec.athens.upstream.goproxy`."
	if len(a.Private.Patterns) > 0 {
		cure += " `terminal prompts disabled`, `401` or `Permission denied (publickey)`: the credentials for " + codes(a.Private.Patterns, ", ") + " expired; see *Rotate a secret*."
	}
	if b.Meshed && b.Site.Spec.Egress.Mode == v1alpha1.EgressListed {
		cure += " `connection reset` or `502` for one host only: it is not listed; add it to `spec.egress.allow`."
	}
	if a.Filter != "" {
		cure += " 403: the filter (`spec.athens.filter`) does not allow the module."
	}
	return trouble{
		"Modules cannot be found, although they exist", means,
		b.LogsAthens() + " --since=15m | grep MODULE | tail -5\n" +
			b.K() + " exec deployment/" + b.A + " -c athens -- wget -qO- " + b.probe() + " | tail -3",
		cure,
	}
}

// inTurn names proxies in the order in which they are asked.
func inTurn(proxies []v1alpha1.Proxy) string {
	var out strings.Builder
	for i, p := range proxies {
		if i > 0 && proxies[i-1].AnyError {
			out.WriteString(", after any error ")
		} else if i > 0 {
			out.WriteString(", then ")
		}
		out.WriteString(quote.CodeSpan(p.URL))
	}
	return out.String()
}

// probe is a list of the first upstream, as Athens' pod would ask for it.
func (b *book) probe() string {
	first := b.Site.Spec.Athens.Upstream.Proxies()[0]
	if !first.IsServer() {
		return "'https://golang.org/x/text?go-get=1'"
	}
	return quote.Shell(strings.TrimSuffix(first.URL, "/") + "/golang.org/x/text/@v/list")
}

func (b *book) slow() trouble {
	a := &b.Site.Spec.Athens
	cure := "More replicas (see *Scale*), or more `spec.athens.goGetWorkers` with the memory for them."
	if f := a.SingleFlight; f != nil && (f.Redis != nil || f.Etcd != nil) {
		cure += " A lock that does not answer holds up every first download: look at its own server; stored versions do not need it."
	}
	return trouble{
		"First downloads are slow, or end with 408 or 504",
		"The first request of a version waits for the whole download; each Athens pod makes " + number(a.GoGetWorkers) + " at once, the others wait. One upstream operation may take " + span.Short(a.Timeouts.Request.Duration) + ".",
		b.K() + " top pods --containers -l " + b.pods("athens") + "\n" +
			b.K() + " exec deployment/" + b.A + " -c athens -- ps -o pid,etime,args | grep -c '[g]o mod'",
		cure,
	}
}
