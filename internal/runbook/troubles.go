package runbook

import (
	"strings"

	"github.com/gomods/athens-kfn/internal/secrets"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/gateways"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/span"
)

// Headings that other parts of the page link to.
const (
	podsDoNotStart = "Pods that do not start"
	podsKilled     = "OOM kills and evictions of Athens"
	podsNotReady   = "Athens pods that are not ready"
	modulesMissing = "Modules that cannot be found"
	downloadsSlow  = "Slow first downloads, 408 and 504"
	crathensFails  = "Runs of crathens that fail or do not end"
	rotateSecret   = "Rotate a secret"
	scale          = "Scale"
	pauseCrathens  = "Pause crathens"
	secretsOfSite  = "Secrets"
)

// trouble is a symptom with its meaning, the commands that confirm it, and the
// cure.
func trouble(symptom, means, check, cure string) section {
	return section{symptom, []step{{means, check}, {cure, ""}}}
}

// Troubles of this site, the loudest first.
func (b *book) Troubles() []section {
	out := append(b.noAnswer(), b.podTroubles()...)
	out = append(out, b.storageTrouble(), b.upstreamTrouble(), b.slow())
	if m := b.Site.Spec.Athens.Storage.Mongo; m != nil && m.Cosmos != nil {
		out = append(out, b.throttled(m))
	}
	if b.Lathens != nil {
		ttl := span.Short(b.Site.Spec.Lathens.TTL.Duration)
		out = append(out, trouble(
			"Lists without a new version",
			"lathens keeps a list for "+ttl+", and serves the old one for up to "+b.Stale()+" while Athens fails. The header `X-Lathens` of the answer is `hit`, `stale`, `miss`, `negative`, `bypass`, or `rejected` if too many callers wait.",
			"curl -sS -D - -o /dev/null"+b.netrc()+" "+b.Reach+"/MODULE/@v/list | grep -i x-lathens\n"+b.LogsAthens()+" --since=15m | grep MODULE",
			"`hit`: wait for "+ttl+". `stale`: Athens cannot get the list. See "+link(modulesMissing)+". `miss`: upstream does not have the version yet. Proxies keep lists too.",
		))
	}
	if b.Crathens != nil {
		out = append(out, trouble(
			crathensFails,
			"A run exits with 1 if it gave up on something. Its last lines list what, and how often. Athens still serves everything. New versions are stored when a client asks for them.",
			b.K()+" get jobs,pods -l "+b.pods(generators.Crathens)+"\n"+b.logs(generators.Crathens)+" --tail=40",
			"Versions that are gone upstream (404 and 410 for stored versions) are listed and do not fail the run. 404 or 410 for all of several modules, or for most of ten or more, fails it: check whether Athens reaches upstream. A run is stopped after "+
				span.Short(b.Site.Spec.Crathens.Deadline.Duration)+", and the next one continues. If runs disturb Athens, lower `spec.crathens.ratePerSecond`, or see "+link(pauseCrathens)+".",
		))
	}
	return out
}

func (b *book) netrc() string {
	if b.Site.Spec.Athens.BasicAuth != nil {
		return " --netrc"
	}
	return ""
}

// noAnswer is what can fail between a go command and the programs.
func (b *book) noAnswer() []section {
	g := b.Site.Spec.Gateway.Workload()
	host := b.Site.Spec.Host
	const noAnswer = "No answer, or a wrong certificate"
	if !b.Meshed {
		i := b.ingress()
		if i == nil {
			return nil
		}
		controller := "its default controller"
		if class := i.Spec.IngressClassName; class != nil {
			controller = "the controller of class " + quote.CodeSpan(*class)
		}
		return []section{trouble(
			noAnswer,
			"The Ingress, its controller or DNS is at fault, not the programs.",
			b.K()+" describe ingress "+quote.Shell(i.Name)+"\n"+b.K()+" get endpointslices -l "+b.SiteLabel(),
			"No address: the cluster does not run "+controller+". No endpoints: no pod is ready. See "+link(podsDoNotStart)+".",
		)}
	}
	gw := b.Gateway()
	return []section{trouble(
		noAnswer,
		"The gateway, its certificate or DNS is at fault, not the programs.",
		gw+" get pods,services -l "+b.GatewayLabels()+"\n"+b.certificateCheck(host),
		b.certificateCure(),
	), trouble(
		"403 RBAC: access denied",
		"A policy refused the caller. This is right for /catalog, /index and /metrics, and wrong for modules.",
		b.Do("prove", "--request", "GET /golang.org/x/text/@v/list")+"\n"+
			gateways.Command(g.Namespace, g.Labels),
		"The account must be "+quote.CodeSpan(g.ServiceAccountName)+b.frontDoorCure()+". If it is another account, set `spec.gateway.istio.workload.serviceAccountName` to it, and apply the site again. If there are no pods, set `namespace` and `labels` there as well. If it is the right account, the policies were changed: apply the site again.",
	), trouble(
		"503 with UF, UH or NR in the gateway's log",
		"`NR`: no route for the host. `UH`: no healthy pod. `UF`: the pod did not accept the connection, because the two sides disagree about mTLS.",
		gw+" logs -l "+b.GatewayLabels()+" --tail=50 | grep -F "+quote.Shell(host)+"\n"+
			b.K()+" get endpointslices -l "+b.SiteLabel()+"\n"+
			"istioctl analyze -n "+quote.Shell(b.Namespace),
		"`NR`: apply the site again. `UH`: see "+link(podsNotReady)+". `UF`: pods without a sidecar. See "+link(podsDoNotStart)+", and restart them: "+quote.CodeSpan(b.K()+" rollout restart deployment")+".",
	)}
}

func (b *book) certificateCheck(host string) string {
	out := "openssl s_client -connect " + quote.Shell(host+":443") + " -servername " + quote.Shell(host) + " </dev/null 2>/dev/null | openssl x509 -noout -subject -enddate"
	for _, c := range generators.ServedCertificates(b.Site) {
		out += "\n" + b.Gateway() + " get secret " + quote.Shell(c.Secret.Name) + ` -o jsonpath='{.data.tls\.crt}' | base64 -d | openssl x509 -noout -subject -enddate`
	}
	return out
}

func (b *book) certificateCure() string {
	g := &b.Site.Spec.Gateway
	if ref := g.Ref(); ref != nil {
		return "The certificate is that of the Gateway " + quote.CodeSpan(ref.String()) + ": ask its owner. If there are no pods, ask the mesh's owner."
	}
	out := ""
	for _, c := range generators.ServedCertificates(b.Site) {
		if c.Issuer != nil {
			out += "cert-manager makes the Secret " + quote.CodeSpan(c.Secret.Name) + ": " + quote.CodeSpan(b.Gateway()+" describe certificate "+quote.Shell(c.Secret.Name)) + " prints why it does not. "
		} else {
			out += "If the certificate expired or is missing, create the Secret " + quote.CodeSpan(c.Secret.Name) + " in " + quote.CodeSpan(c.Secret.Namespace) + " again (see " + link(rotateSecret) + "). "
		}
	}
	return out + "The gateway needs no restart. If there are no pods, ask the mesh's owner."
}

func (b *book) frontDoorCure() string {
	fd := b.Site.Spec.Edge.FrontDoor
	if fd == nil {
		return ""
	}
	return ", and requests must come through the Front Door with the ID " + quote.CodeSpan(fd.ID) + ": use " + quote.CodeSpan("https://"+b.Site.Spec.Host) + ", not the gateway's address"
}

func (b *book) podTroubles() []section {
	var names []string
	for _, s := range secrets.Of(b.Site) {
		if s.Namespace == b.Namespace {
			names = append(names, quote.CodeSpan(s.Name))
		}
	}
	cure := "`ImagePullBackOff`: the image or the registry's password is wrong. `Pending`: the events list what the nodes lack. `violates PodSecurity`: "
	if b.Meshed {
		cure += "Istio runs without its CNI plugin. Run " + b.Site.CNICommand(quote.CodeSpan) + " and restart the workloads, or set `spec.namespace.podSecurity: privileged`. "
	} else {
		cure += "a webhook adds containers to the pods. Set `spec.namespace.podSecurity`. "
	}
	if len(names) > 0 {
		cure += "`CreateContainerConfigError`, or a volume that cannot be mounted: a Secret or one of its keys is missing. The pods need " + strings.Join(names, ", ") + " (see " + link(secretsOfSite) + "). "
	}
	cure += "`CrashLoopBackOff`: the log above ends with the reason."
	return []section{trouble(
		podsDoNotStart,
		"The events of the pod, or of its ReplicaSet where there is no pod, have the reason.",
		b.K()+" get pods -l "+b.SiteLabel()+"\n"+
			b.K()+" events --types=Warning\n"+
			b.logs(generators.Athens)+" --previous --tail=20",
		cure,
	), trouble(
		podsKilled,
		"A download unpacks up to ten times its zip in /tmp, and each go command takes memory. Up to "+number(b.Site.Spec.Athens.GoGetWorkers)+" run at the same time.",
		b.K()+" get pods -l "+b.pods(generators.Athens)+" -o 'custom-columns=POD:.metadata.name,REASON:.status.reason,LAST:.status.containerStatuses[*].lastState.terminated.reason'\n"+b.K()+" top pods --containers -l "+b.pods(generators.Athens),
		"Lower `spec.athens.goGetWorkers`, or raise `spec.athens.resources`. The next request repeats a download that was cut off.",
	)}
}

func (b *book) storageTrouble() section {
	means := quote.CodeSpan(b.Athens.Ready()) + " lists from the storage, so an outage of " + b.StorageShort() + " makes every Athens pod unready. Liveness does not depend on it: a restart does not help." + b.storageNote()
	if b.Lathens != nil {
		means += " lathens answers the lists that it knows for " + b.Stale() + "."
	}
	check := b.K() + " get pods -l " + b.pods(generators.Athens) + "\n" + b.LogsAthens() + " --since=10m | grep -iE 'readiness|storage|timeout' | tail\n" + b.storageCheck()
	cure := "Bring the storage back. Pods become ready within a minute."
	if b.Site.Spec.Athens.Storage.Disk != nil {
		cure += " If the volume is full, raise `spec.athens.storage.disk.size` (the storage class must allow it), or purge versions that no build needs."
	}
	if name := b.storageSecret(); name != "" {
		cure += " `403` or `401` in the log: the key in the Secret " + quote.CodeSpan(name) + " is no longer right. See " + link(rotateSecret) + "."
	}
	return trouble(podsNotReady, means, check, cure)
}

// throttled is a Cosmos DB account that is asked for more than it may answer
// (learn.microsoft.com/azure/cosmos-db/mongodb/prevent-rate-limiting-errors and
// monitor-normalized-request-units).
func (b *book) throttled(m *v1alpha1.Mongo) section {
	account := quote.Shell(m.Cosmos.Account)
	cure := "Raise the highest throughput of the database " + quote.CodeSpan(m.Database)
	if p := b.Site.Spec.Azure.Provision; p != nil && p.Storage != nil {
		cure += " (`spec.azure.provision.storage.maxThroughput`)"
	}
	if b.Crathens != nil {
		cure += ", or lower `spec.crathens.ratePerSecond`"
	}
	return section{"500 with error 16500 or 50 in Athens' log", []step{
		{"Cosmos DB answers 16500 above its throughput, and 50 if the capability `DisableRateLimitingResponses` made it try for 60 s. Athens answers 500. The metric `NormalizedRUConsumption` is then at 100." + b.storageNote(),
			b.LogsAthens() + " --since=15m | grep -E '16500|ExceededTimeLimit' | tail -5\n" +
				"az monitor metrics list --resource \"$(az cosmosdb show -n " + account + " -g GROUP --query id -o tsv)\" --metrics NormalizedRUConsumption --aggregation Maximum --interval PT5M\n" +
				"az cosmosdb show -n " + account + " -g GROUP --query 'capabilities[].name'"},
		{cure + ". If the account does not have the capability, add it to those that it has. To go back, run the same command without it:",
			"az cosmosdb update -n " + account + " -g GROUP --capabilities EnableMongo DisableRateLimitingResponses"},
	}}
}

func (b *book) storageSecret() string {
	for _, s := range secrets.Of(b.Site) {
		if strings.HasPrefix(s.For, "storage") {
			return s.Name
		}
	}
	return ""
}

func (b *book) upstreamTrouble() section {
	a := &b.Site.Spec.Athens
	means := "Athens asks " + inTurn(a.Upstream.Proxies()) + ". It answers 404 or 500 when upstream fails, so the log has more than the status."
	cure := "If upstream is down, Athens still serves stored versions. Wait, or add another proxy to `spec.athens.upstream.goproxy`."
	if len(a.Private.Patterns) > 0 {
		cure += " `terminal prompts disabled`, `401` or `Permission denied (publickey)`: the credentials for " + codes(a.Private.Patterns, ", ") + " expired. See " + link(rotateSecret) + "."
	}
	if b.Meshed && b.Site.Spec.Egress.Mode == v1alpha1.EgressListed {
		cure += " `connection reset` or `502` for one host only: the host is not listed. Add it to `spec.egress.allow`."
	}
	if a.Filter != "" {
		cure += " 403: the filter (`spec.athens.filter`) does not allow the module."
	}
	return trouble(
		modulesMissing, means,
		b.LogsAthens()+" --since=15m | grep MODULE | tail -5\n"+
			b.K()+" exec deployment/"+b.Athens.Name+" -c athens -- wget -qO- "+b.probe()+" | tail -3",
		cure,
	)
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

// probe is a list of the first upstream, as Athens' pod requests it.
func (b *book) probe() string {
	first := b.Site.Spec.Athens.Upstream.Proxies()[0]
	if !first.IsServer() {
		return "'https://golang.org/x/text?go-get=1'"
	}
	return quote.Shell(strings.TrimSuffix(first.URL, "/") + "/golang.org/x/text/@v/list")
}

func (b *book) slow() section {
	a := &b.Site.Spec.Athens
	cure := "Add replicas (see " + link(scale) + "), or raise `spec.athens.goGetWorkers` with the memory for them."
	if f := a.SingleFlight; f != nil && (f.Redis != nil || f.Etcd != nil) {
		cure += " A lock that does not answer delays every first download: check its server. Stored versions do not need it."
	}
	return trouble(
		downloadsSlow,
		"The first request of a version waits for the whole download. Each Athens pod runs "+number(a.GoGetWorkers)+" downloads at the same time, and others wait. One upstream operation may take "+span.Short(a.Timeouts.Request.Duration)+".",
		b.K()+" top pods --containers -l "+b.pods(generators.Athens)+"\n"+
			b.K()+" exec deployment/"+b.Athens.Name+" -c athens -- ps -o pid,etime,args | grep -c '[g]o mod'",
		cure,
	)
}
