package diff

import (
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/problem"
)

// Kind is a kind of change. Its code keeps its meaning forever.
type Kind struct {
	// Code is AD and three digits.
	Code string
	// Group is the heading it is listed under: Routes, Exposure, …
	Group string
	// Title says in a few words what changes.
	Title string
	// Warning says that an operator must act, or that something may be lost or
	// opened: the line begins with !.
	Warning bool
	// Why says what the change does, and Do the way around or what to look at;
	// Do is empty where there is nothing to do.
	Why, Do string
}

// Kinds are all kinds of changes, in the order of their codes.
func Kinds() []Kind { return slices.Clone(kinds[:]) }

// KindOf finds a kind by its code, in any case.
func KindOf(code string) (Kind, bool) {
	i := slices.IndexFunc(kinds[:], func(k Kind) bool { return strings.EqualFold(k.Code, code) })
	if i < 0 {
		return Kind{}, false
	}
	return kinds[i], true
}

// Codes of the kinds. A field that no kind of its own is about has the last code
// of its group.
const (
	siteComes, siteGoes, regionComes, regionGoes            = "AD001", "AD002", "AD003", "AD004"
	objectComes, objectGoes, namespaceGoes, anyField        = "AD005", "AD006", "AD007", "AD099"
	answerLost, answerGained, answerOther, answerRefused    = "AD101", "AD102", "AD103", "AD104"
	meshGone, meshComes, answerUnknown, routeField          = "AD105", "AD106", "AD107", "AD199"
	callerOpened, refusalGone, callerComes, callerGoes      = "AD201", "AD202", "AD203", "AD204"
	networkOpened, networkUnguarded, networkComes           = "AD205", "AD206", "AD207"
	networkGoes, egressOpened, egressComes, egressGoes      = "AD208", "AD209", "AD210", "AD211"
	egressAny, doorOpened, doorMoved, plainAllowed          = "AD212", "AD213", "AD214", "AD215"
	podsUnrestricted, passwordGone, privacyGone             = "AD216", "AD217", "AD218"
	modulesUnchecked, connectionUnsafe, exposureField       = "AD219", "AD220", "AD299"
	accountComes, accountGoes, principalComes, principalOut = "AD301", "AD302", "AD303", "AD304"
	needComes, needGoes, rightsChange, identityField        = "AD008", "AD009", "AD305", "AD399"
	replicasChange, replicasFall, capacityField             = "AD401", "AD402", "AD499"
	modulesMove, claimGoes, claimGrows, claimRefused        = "AD501", "AD502", "AD503", "AD504"
	keptNoMore, dataField                                   = "AD505", "AD599"
	podsReplaced, podsAway, fieldFixed, sidecarsKept        = "AD601", "AD602", "AD603", "AD604"
	imageField, programField                                = "AD701", "AD799"
	ruleChanges, monitoringField                            = "AD801", "AD899"
	originKindChanges, originUnapproved, frontDoorGoes      = "AD901", "AD902", "AD903"
	firewallOpened, azureField                              = "AD904", "AD999"
)

var kinds = [...]Kind{
	{siteComes, Objects, "a site is new", true,
		"Its host is served as soon as the manifests are applied, and its Secrets must exist by then.",
		"Review what the lines below it open and need."},
	{siteGoes, Objects, "a site is gone", true,
		"A tool that prunes deletes all of its objects, and clients of its host get errors.",
		"Follow " + problem.Page("howto/remove.md") + "."},
	{regionComes, Objects, "a region is new", true,
		"Another cluster serves the host, with its own ingress gateway and its own egress.",
		"Review what the lines below it open and need in that cluster."},
	{regionGoes, Objects, "a region is gone", true,
		"A tool that prunes deletes all of its objects in that cluster.",
		"Remove it from DNS or Front Door first, and wait until its connections are drained."},
	{objectComes, Objects, "an object is new", false, "Applying the manifests creates it.", ""},
	{objectGoes, Objects, "an object is no longer generated", false,
		"A tool that prunes (Argo CD, Flux, kubectl apply --prune) deletes it; kubectl apply leaves it where it is.",
		"Without pruning, delete it by hand once nothing uses it."},
	{namespaceGoes, Objects, "the namespace is no longer generated", true,
		"A tool that prunes deletes the namespace with everything in it, volumes too, unless its annotations keep it. If it stays, nothing maintains its labels: pod security and the injection of sidecars.",
		"Exclude it from pruning first (Argo CD: annotation argocd.argoproj.io/sync-options: Prune=false; Flux: kustomize.toolkit.fluxcd.io/prune: disabled), and label it where it is created."},
	{needComes, Needs, "something must exist first that need not have before", true,
		"A Secret, ConfigMap, account, class, gateway, namespace, API or provider of the mesh that the manifests use and do not contain. Until it exists pods do not start, routes are not served, or telemetry stops without an error.",
		"Create it before you apply. `athens-kfn check` lists everything that must exist."},
	{needGoes, Needs, "something need no longer exist", false, "Nothing of the site uses it.", "Delete it if nothing else uses it, once you do not go back."},
	{anyField, Other, "a field of another kind", false, "No rule knows what it does.", ""},

	{answerLost, Routes, "requests that were answered are refused", true,
		"A caller that got modules or lists now gets an error. After 404 and 410 the go command asks the next proxy; at 403 it stops.",
		"If it is not intended, check the policy or the route that the line names; `athens-kfn prove` explains each answer."},
	{answerGained, Routes, "requests that were refused are answered", true,
		"A caller gets answers that it was refused before.",
		"Make sure that the caller may get them."},
	{answerOther, Routes, "requests are answered in another way", false,
		"Another program, timeout, number of attempts or fallback; the caller still gets an answer.", ""},
	{answerRefused, Routes, "requests are refused in another way", false,
		"The caller was refused before, and is refused with another status, by another program or after another time.",
		"A GOPROXY list with commas falls back to the next proxy only after 404 and 410."},
	{meshGone, Routes, "the mesh no longer decides about requests", true,
		"Routes, timeouts and retries at the gateway, the fallback from lathens to Athens, mTLS and policies by identity are gone.",
		"Only NetworkPolicies are left: check the lines of group Exposure."},
	{meshComes, Routes, "the mesh begins to decide about requests", false,
		"Routes, timeouts and retries at the gateway, mTLS and policies by identity.",
		"`athens-kfn prove` prints what each request gets."},
	{answerUnknown, Routes, "it is unknown which requests get another answer", true,
		"The objects use something that this program does not model, or that is not what their API defines.",
		"Remove the parts that the line names from the comparison, or try the requests in a cluster."},
	{routeField, Routes, "another field of a route", false, "", ""},

	{callerOpened, Exposure, "a policy lets in more callers or requests", true,
		"The workload was closed to this caller, or to this request. A new name of the gateway or another trust domain is such a caller as well.",
		"Make sure that the identity or the range of addresses is the one that you mean."},
	{refusalGone, Exposure, "a policy no longer refuses", true,
		"Requests that it refused are allowed, unless another policy refuses them.", "Keep it, or give the reason in the review."},
	{callerComes, Exposure, "a policy names another caller or request", false,
		"It was allowed before, it belongs to a new program, or it is now refused.", ""},
	{callerGoes, Exposure, "a policy no longer names a caller or request", false,
		"It is refused, unless another line allows it.", ""},
	{networkOpened, Exposure, "a NetworkPolicy opens connections", true,
		"The pods could not be reached from there, or could not connect to it.",
		"Write the narrowest range and port under egress.allow or gateway."},
	{networkUnguarded, Exposure, "a NetworkPolicy no longer closes", true,
		"Every connection of the pods is open in this direction.", "Keep networkPolicies.enabled: true."},
	{networkComes, Exposure, "a NetworkPolicy allows another connection", false,
		"It was open before, or closes everything else.", ""},
	{networkGoes, Exposure, "a NetworkPolicy no longer allows a connection", false,
		"It is closed, unless another line opens it.", ""},
	{egressOpened, Exposure, "the mesh lets a program reach more hosts", true,
		"The host, or its port, was closed.", "Make sure that the program needs it."},
	{egressComes, Exposure, "the mesh knows another host", false, "It could be reached before.", ""},
	{egressGoes, Exposure, "the mesh no longer knows a host", false, "It is closed, unless egress is open.", ""},
	{egressAny, Exposure, "the mesh lets a program reach any host", true,
		"Egress is no longer a list.", "Write egress.mode: Listed, with the hosts under egress.allow."},
	{doorOpened, Exposure, "the ingress opens or changes", true,
		"A Service, Ingress or Gateway serves more hosts, more addresses or another class, or its TLS or the annotations that controllers obey change.",
		"Check which clients can reach the address, and how the controller reads the annotation."},
	{doorMoved, Exposure, "the address of the ingress changes", true,
		"The load balancer is created again with another address; clients cannot reach the site until DNS and Front Door have it.",
		"Let the other regions answer in the meantime."},
	{plainAllowed, Exposure, "pods accept connections without mTLS", true,
		"Callers without an identity reach the pods, and policies by identity cannot distinguish them.",
		"Keep mode STRICT."},
	{podsUnrestricted, Exposure, "pods get more rights on their node", true,
		"The pod security level or the security context is weaker, or traffic of the pod bypasses its sidecar.",
		"Keep namespace.podSecurity: restricted and the generated security context."},
	{passwordGone, Exposure, "Athens no longer asks for a password", true,
		"Every client that reaches it reads all modules.", "Keep athens.basicAuth."},
	{privacyGone, Exposure, "module paths are no longer private", true,
		"Upstream proxies and checksum databases see the paths.", "Keep the pattern under athens.private.patterns."},
	{modulesUnchecked, Exposure, "a check of modules is gone or weaker", true,
		"Athens downloads or serves modules that it refused, or no longer verifies them: network mode, filter, validator, version control systems, checksum databases, TLS of sources.",
		"Keep the setting, or give the reason in the review."},
	{connectionUnsafe, Exposure, "a connection loses TLS, a password or its check", true,
		"An attacker on the network path can read or change the traffic.", "Keep tls and the password."},
	{exposureField, Exposure, "another field that exposes or guards the site", false, "", ""},

	{accountComes, Identities, "a ServiceAccount is new", false, "", ""},
	{accountGoes, Identities, "a ServiceAccount is gone", false, "", ""},
	{principalComes, Identities, "a policy names another principal", false, "", ""},
	{principalOut, Identities, "a policy no longer names a principal", false, "", ""},
	{rightsChange, Identities, "a program gets other rights", true,
		"Another ServiceAccount, role, binding or cloud identity: the manifests do not say what it may do.",
		"Look at the rights of the account: kubectl auth can-i --list --as=system:serviceaccount:NAMESPACE:NAME."},
	{identityField, Identities, "another field of an identity", false, "", ""},

	{replicasChange, Capacity, "the number of pods changes", false, "", ""},
	{replicasFall, Capacity, "a Deployment falls to one pod", true,
		"kubectl removes the number that it applied before, the API server's default is 1, and the autoscaler adds pods only after a while (kubernetes.io, Horizontal Pod Autoscaling, \"Migrating Deployments and StatefulSets to horizontal autoscaling\").",
		"Remove the number from what kubectl applied last before you apply: kubectl apply edit-last-applied."},
	{capacityField, Capacity, "another field of capacity", false, "", ""},

	{modulesMove, Data, "modules are stored elsewhere", true,
		"Nothing moves them: Athens begins empty and downloads everything again. Versions that upstream has deleted are lost.",
		"Copy the modules first."},
	{claimGoes, Data, "a volume is no longer generated", true,
		"Argo CD, Flux and Helm keep a generated claim because of its annotations; kubectl apply --prune deletes it, and its modules with it. A claim without the annotations is deleted by any of them.",
		"Delete the claim by hand once its modules are copied or not needed."},
	{claimGrows, Data, "a volume grows", true,
		"The API server refuses it unless the storage class has allowVolumeExpansion: true.",
		"Look first: kubectl get storageclass -o custom-columns=NAME:.metadata.name,GROWS:.allowVolumeExpansion"},
	{claimRefused, Data, "a change of a volume that cannot be applied", true,
		"The API server refuses any change of a claim but growth: its size cannot shrink, its class and access modes are fixed.",
		"Create another claim, copy the modules, and name it in disk.claimRef."},
	{keptNoMore, Data, "an object is no longer kept from pruning", true,
		"Its annotations made Argo CD, Flux or Helm keep it; now they delete it, and what is in it, when it is no longer among the manifests. A namespace takes all of its objects with it, including volumes that are no longer generated.",
		"Keep the annotations as long as there are modules in it."},
	{dataField, Data, "another field of storage", false, "", ""},

	{podsReplaced, Restarts, "pods are replaced one after another", false, "Running pods drain while new ones start.", ""},
	{podsAway, Restarts, "the only pod stops before the new one starts", true,
		"Strategy Recreate: from the end of the old pod until the new one is ready, Athens serves no modules, and lists come from the cache of lathens only.",
		"Apply it at a quiet time, or let another region answer. With storage that pods can share (a bucket, a blob container), Athens is updated without a gap."},
	{fieldFixed, Restarts, "a change that cannot be applied", true,
		"The field is immutable: the API server or Azure refuses the object.",
		"Delete the object and apply it again, or give the new one another name."},
	{sidecarsKept, Restarts, "pods keep the sidecar that they have", true,
		"Sidecars are injected when a pod starts, so pods that nothing else restarts stay with the old control plane, or without a sidecar.",
		"Restart them: kubectl rollout restart deployment -n NAMESPACE."},

	{imageField, Programs, "an image changes", false, "", ""},
	{programField, Programs, "a setting of a program changes", false, "", ""},

	{ruleChanges, Monitoring, "an alert or a recording rule changes", false, "", ""},
	{monitoringField, Monitoring, "another field of monitoring", false, "", ""},

	{originKindChanges, Azure, "an origin becomes private or public", true,
		"Azure refuses an origin group with both kinds.",
		"Move all origins to a second group first, or switch one region after the other while the rest is disabled."},
	{originUnapproved, Azure, "an origin waits for approval", true,
		"Front Door gets no answer from it until its private connection is approved.",
		"az network private-endpoint-connection approve"},
	{frontDoorGoes, Azure, "a Front Door is deleted", true,
		"Pruning the profile deletes the Front Door in Azure for all regions.",
		"First annotate its objects with serviceoperator.azure.com/reconcile-policy: detach-on-delete."},
	{firewallOpened, Azure, "a guard in Azure is weaker", true,
		"The firewall of Front Door, or the network or TLS setting of a resource, allows requests that it refused.",
		"Keep mode Prevention and the rules."},
	{azureField, Azure, "another field in Azure", false, "", ""},
}
