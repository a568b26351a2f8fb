package diff

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// guards is the table of fields that open or weaken something, no matter who wrote
// the object.
func guards() []guard {
	const (
		prunes   = "a tool that prunes may now delete it"
		public   = "it is reached from outside the cluster"
		anyHost  = "the program reaches any host"
		obeyed   = "the ingress controller obeys it"
		account  = "its rights are not in these manifests"
		node     = "the pod is less restricted"
		firewall = "the firewall allows requests that it refused"
		azure    = "the resource is less guarded"
		identity = "another identity in the cloud"
		plain    = "the connection is no longer encrypted and verified"
		bypass   = "traffic bypasses the sidecar"
		trusted  = "the certificates of other authorities are accepted"
	)
	table := []guard{
		{doorOpened, "Service", coming, "spec.type", becomes(public, "LoadBalancer", "NodePort")},
		{doorOpened, "Service", coming, "spec.externalIPs", comes(public)},
		{doorOpened, "Service", changing, "spec.loadBalancerSourceRanges", loses("addresses that were refused reach it", "")},
		{doorOpened, "Service", changing, `metadata.annotations["service.beta.kubernetes.io/azure-allowed-service-tags"]`, anyChange("other addresses may reach it")},
		{doorOpened, "Service", changing, `metadata.annotations["service.beta.kubernetes.io/azure-allowed-ip-ranges"]`, anyChange("other addresses may reach it")},
		{doorOpened, "Ingress", coming, "spec.rules", hostsServed},
		{doorOpened, "Ingress", changing, "spec.ingressClassName", anyChange("another controller serves it")},
		{doorOpened, "Ingress", changing, "spec.tls", anyChange("HTTPS changes")},
		{doorOpened, "Ingress", changing, "metadata.annotations.*", anyChange(obeyed)},
		{doorOpened, "Gateway", changing, "spec.selector.*", anyChange("another gateway serves it")},
		{doorOpened, "Gateway", changing, "spec.servers.*.hosts", gains("more hosts are served")},
		{doorOpened, "Gateway", changing, "spec.servers.*.tls.httpsRedirect", leaves("plain HTTP is answered without HTTPS", "true")},
		{connectionUnsafe, "VirtualService", changing, `spec.http.*.headers.response.set["strict-transport-security"]`, goes("browsers may use plain HTTP again")},
		{doorOpened, "Gateway", changing, "spec.servers.*.tls.mode", leaves("HTTPS ends elsewhere, or nowhere", "SIMPLE", "MUTUAL")},
		{doorOpened, "VirtualService", changing, "spec.hosts", gains("more hosts are served")},
		{doorOpened, "VirtualService", changing, "spec.gateways", gains("another gateway serves it")},

		{plainAllowed, "PeerAuthentication", going, "spec.mtls.mode", leaves("callers without an identity are let in", "STRICT")},
		{plainAllowed, "PeerAuthentication", coming, "spec.portLevelMtls", anyChange("some ports have a mode of their own")},
		{callerOpened, "RequestAuthentication", changing, "spec.jwtRules.*.jwksUri", anyChange("who has the keys there is every client of the issuer")},
		{egressAny, "Sidecar", going, "spec.outboundTrafficPolicy.mode", leaves(anyHost, "REGISTRY_ONLY")},
		{egressOpened, "Sidecar", changing, "spec.egress.*.hosts", gains("more Services are reached")},
		{connectionUnsafe, "DestinationRule", changing, "spec.trafficPolicy.tls.mode", leaves(plain, "ISTIO_MUTUAL", "MUTUAL", "SIMPLE")},

		{namespaceGoes, "Namespace", going, "metadata", namespaceLeft},
		{keptNoMore, "Namespace PersistentVolumeClaim", changing, `metadata.annotations["argocd.argoproj.io/sync-options"]`, anyChange(prunes)},
		{keptNoMore, "Namespace PersistentVolumeClaim", changing, `metadata.annotations["kustomize.toolkit.fluxcd.io/prune"]`, leaves(prunes, "disabled")},
		{keptNoMore, "Namespace PersistentVolumeClaim", changing, `metadata.annotations["helm.sh/resource-policy"]`, leaves(prunes, "keep")},
		{podsUnrestricted, "Namespace", changing, `metadata.labels["pod-security.kubernetes.io/enforce"]`, lower(node, "privileged", "baseline", "restricted")},
		{podsUnrestricted, ofPods, changing, "hostNetwork", becomes(node, "true")},
		{podsUnrestricted, ofPods, changing, "hostPID", becomes(node, "true")},
		{podsUnrestricted, ofPods, changing, "hostIPC", becomes(node, "true")},
		{podsUnrestricted, ofPods, changing, "automountServiceAccountToken", leaves("the pod gets a token of its ServiceAccount", "false")},
		{podsUnrestricted, ofPods, changing, "volumes.*.hostPath", comes(node)},
		{podsUnrestricted, ofPods, changing, "runtimeClassName", loses("the node's own runtime runs the pod", "another runtime runs the pod")},
		{podsUnrestricted, "", changing, `spec.template.metadata.labels["sidecar.istio.io/inject"]`, becomes(bypass, "false")},
		{podsUnrestricted, "", changing, `spec.template.metadata.annotations["sidecar.istio.io/inject"]`, becomes(bypass, "false")},
		{podsUnrestricted, "", changing, `spec.template.metadata.annotations["traffic.sidecar.istio.io/excludeInboundPorts"]`, set(bypass)},
		{podsUnrestricted, "", changing, `spec.template.metadata.annotations["traffic.sidecar.istio.io/excludeOutboundPorts"]`, set(bypass)},
		{podsUnrestricted, "", changing, `spec.template.metadata.annotations["traffic.sidecar.istio.io/excludeOutboundIPRanges"]`, set(bypass)},

		{rightsChange, ofPods, changing, "serviceAccountName", anyChange(account)},
		{rightsChange, "RoleBinding ClusterRoleBinding", coming, "subjects", comes(account)},
		{rightsChange, "RoleBinding ClusterRoleBinding", changing, "subjects", anyChange(account)},
		{rightsChange, "Role ClusterRole", coming, "rules", comes("check what it allows")},
		{rightsChange, "Role ClusterRole", changing, "rules", anyChange("check what it allows")},
		{rightsChange, "RoleAssignment FederatedIdentityCredential", coming, "spec", comes(identity)},
		{rightsChange, "RoleAssignment FederatedIdentityCredential", changing, "spec", anyChange(identity)},

		{modulesUnchecked, ofPods, changing, "containers.*.env[ATHENS_NETWORK_MODE]", leaves("Athens asks upstream", "offline")},
		{modulesUnchecked, ofPods, changing, "containers.*.env[ATHENS_DOWNLOAD_MODE]", leftValue("Athens downloads what it does not store", "none")},
		{modulesUnchecked, ofPods, changing, "containers.*.env[ATHENS_FILTER_FILE]", goes("Athens serves modules that its filter refused")},
		{modulesUnchecked, "ConfigMap", changing, `data["filter.conf"]`, filterOpens},
		{modulesUnchecked, ofPods, changing, "containers.*.env[ATHENS_PROXY_VALIDATOR]", loses("Athens serves modules that its validator refused", "another validator decides which modules are served")},
		{modulesUnchecked, ofPods, changing, "containers.*.env[ATHENS_SUM_DBS]", anyChange("other checksum databases are trusted")},
		{modulesUnchecked, ofPods, changing, "containers.*.env[ATHENS_GO_BINARY_ENV_VARS]", goEnvOpens},

		{connectionUnsafe, ofPods, changing, "containers.*.env[ATHENS_MINIO_USE_SSL]", leaves(plain, "true")},
		{connectionUnsafe, ofPods, changing, "containers.*.env[ATHENS_MONGO_INSECURE]", becomes(plain, "true")},
		{connectionUnsafe, ofPods, changing, "containers.*.env[ATHENS_REDIS_ENDPOINT]", losesScheme(plain, "rediss://")},
		{connectionUnsafe, ofPods, changing, "containers.*.env[ATHENS_ETCD_ENDPOINTS]", losesScheme(plain, "https://")},
		{connectionUnsafe, ofPods, changing, "containers.*.env[ATHENS_INDEX_POSTGRES_PARAMS]", lowerParameter(plain, "sslmode", "disable", "allow", "prefer", "require", "verify-ca", "verify-full")},
		{connectionUnsafe, ofPods, changing, "containers.*.env[ATHENS_INDEX_MYSQL_PARAMS]", lowerParameter(plain, "tls", "false", "preferred", "skip-verify", "true")},
		{connectionUnsafe, ofPods, changing, "containers.*.env[ATHENS_REDIS_PASSWORD]", goes("Redis is used without a password")},
		{connectionUnsafe, ofPods, changing, "containers.*.env[ATHENS_REDIS_SENTINEL_PASSWORD]", goes("Sentinel is used without a password")},
		{connectionUnsafe, ofPods, changing, "containers.*.env[SSL_CERT_FILE]", anyChange(trusted)},
		{connectionUnsafe, ofPods, changing, "volumes[trust].projected.sources", anyChange(trusted)},
		{connectionUnsafe, ofPods, changing, "initContainers[trust].command", anyChange(trusted)},
		{connectionUnsafe, ofPods, changing, "containers.*.env.*", losesTLS(plain)},
		{connectionUnsafe, ofPods, changing, "containers.*.args.*", losesTLS(plain)},
		{connectionUnsafe, "OpenTelemetryCollector", changing, "spec.config.exporters.*.tls", anyChange("TLS to where logs and traces go changes")},
		{connectionUnsafe, "OpenTelemetryCollector", changing, "spec.config.exporters.*.endpoint", anyChange("logs and traces go to another place")},

		{firewallOpened, "WebApplicationFirewallPolicy SecurityPolicy", going, "spec", goes(firewall)},
		{firewallOpened, "WebApplicationFirewallPolicy", changing, "spec.policySettings.mode", leaves(firewall, "Prevention")},
		{firewallOpened, "WebApplicationFirewallPolicy", changing, "spec.policySettings.enabledState", leaves(firewall, "Enabled")},
		{firewallOpened, "WebApplicationFirewallPolicy", changing, "spec.customRules", loses("rules are gone", "rules differ")},
		{firewallOpened, "WebApplicationFirewallPolicy", changing, "spec.managedRules", loses("rules are gone", "rules differ")},
		{firewallOpened, "SecurityPolicy", changing, "spec.parameters", anyChange("the firewall guards something else")},
		{firewallOpened, "", changing, "spec.allowBlobPublicAccess", becomes(azure, "true")},
		{firewallOpened, "", changing, "spec.supportsHttpsTrafficOnly", leaves(azure, "true")},
		{firewallOpened, "", changing, "spec.minimumTlsVersion", lower(azure, "TLS1_0", "TLS1_1", "TLS1_2", "TLS1_3")},
		{firewallOpened, "", changing, "spec.networkAcls.defaultAction", leaves(azure, "Deny")},
		{firewallOpened, "", changing, "spec.publicNetworkAccess", leaves(azure, "Disabled")},
		{firewallOpened, "", changing, "spec.enableNonSslPort", becomes(azure, "true")},
		{firewallOpened, "Route", changing, "spec.forwardingProtocol", leaves(plain, "HttpsOnly")},
		{firewallOpened, "Route", changing, "spec", plainAnswered},
		{firewallOpened, "AfdOrigin", changing, "spec.enforceCertificateNameCheck", leaves(plain, "true")},
	}
	for _, key := range v1alpha1.IdentityAnnotations() {
		table = append(table, guard{rightsChange, "ServiceAccount", changing, tree.Path{"metadata", "annotations", key}.String(), anyChange(identity)})
	}
	for _, at := range []string{"securityContext", "containers.*.securityContext", "initContainers.*.securityContext"} {
		table = append(table,
			guard{podsUnrestricted, ofPods, changing, at + ".runAsNonRoot", leaves(node, "true")},
			guard{podsUnrestricted, ofPods, changing, at + ".readOnlyRootFilesystem", leaves(node, "true")},
			guard{podsUnrestricted, ofPods, changing, at + ".allowPrivilegeEscalation", leaves(node, "false")},
			guard{podsUnrestricted, ofPods, changing, at + ".privileged", becomes(node, "true")},
			guard{podsUnrestricted, ofPods, changing, at + ".runAsUser", becomes(node, "0")},
			guard{podsUnrestricted, ofPods, changing, at + ".capabilities", when(node, func(old, now *yaml.Node) bool {
				return old != nil || len(tree.Items(now, "add")) > 0
			})},
			guard{podsUnrestricted, ofPods, changing, at + ".seccompProfile", when(node, func(old, now *yaml.Node) bool {
				return old != nil || tree.Text(now, "type") != "RuntimeDefault"
			})})
	}
	return table
}

// pruned says what a tool that prunes does with an object of this metadata that
// is no longer generated.
func pruned(metadata *yaml.Node) string {
	if strings.Contains(tree.Text(metadata, "annotations", "argocd.argoproj.io/sync-options"), "Prune=false") {
		return "its annotations make Argo CD, Flux and Helm leave it, and kubectl apply --prune deletes it"
	}
	return "a tool that prunes deletes it"
}

// namespaceLeft is a Namespace that is no longer generated.
func namespaceLeft(old, now *yaml.Node) string {
	if now != nil {
		return ""
	}
	return pruned(old) + " with everything in it; nothing maintains its labels"
}

type opens = func(old, now *yaml.Node) string

func when(words string, opens func(old, now *yaml.Node) bool) opens {
	return func(old, now *yaml.Node) string {
		if opens(old, now) {
			return words
		}
		return ""
	}
}

// plainText is a scalar as people read it, the value of a variable too.
func plainText(n *yaml.Node) string {
	if isMap(n) && tree.Has(n, "name") {
		n = variable(n)
	}
	return tree.Text(n)
}

func anyChange(words string) opens {
	return when(words, func(_, _ *yaml.Node) bool { return true })
}

func comes(words string) opens {
	return when(words, func(old, now *yaml.Node) bool { return old == nil && now != nil })
}

func set(words string) opens {
	return when(words, func(_, now *yaml.Node) bool { return now != nil })
}

func goes(words string) opens {
	return when(words, func(old, now *yaml.Node) bool { return old != nil && now == nil })
}

// loses is a list or a rule that goes, or, in other words if there are any, one
// that changes.
func loses(gone, changed string) opens {
	return func(old, now *yaml.Node) string {
		switch {
		case old == nil:
			return ""
		case now == nil:
			return gone
		case changed == "" && len(without(texts(now), texts(old))) > 0:
			return gone
		}
		return changed
	}
}

// gains is a list of texts that gets another one.
func gains(words string) opens {
	return when(words, func(old, now *yaml.Node) bool { return len(without(texts(now), texts(old))) > 0 })
}

// becomes one of the values that open.
func becomes(words string, values ...string) opens {
	return when(words, func(_, now *yaml.Node) bool { return slices.Contains(values, plainText(now)) })
}

// leaves the values that are safe.
func leaves(words string, safe ...string) opens {
	return when(words, func(_, now *yaml.Node) bool { return !slices.Contains(safe, plainText(now)) })
}

// leftValue is a value that only one other value is safer than.
func leftValue(words, safe string) opens {
	return when(words, func(old, _ *yaml.Node) bool { return plainText(old) == safe })
}

// lower is a value that goes down a scale whose first value is that of nothing.
func lower(words string, scale ...string) opens {
	level := func(n *yaml.Node) int { return max(0, slices.Index(scale, plainText(n))) }
	return when(words, func(old, now *yaml.Node) bool { return level(now) < level(old) })
}

// lowerParameter is a parameter of name:value,name:value that falls on a scale,
// the least first.
func lowerParameter(words, name string, scale ...string) opens {
	level := func(n *yaml.Node) int {
		for p := range strings.SplitSeq(plainText(n), ",") {
			if value, is := strings.CutPrefix(p, name+":"); is {
				return slices.Index(scale, value)
			}
		}
		return -1
	}
	return when(words, func(old, now *yaml.Node) bool { return level(now) < level(old) })
}

// losesTLS is the URL of a scheme with TLS that becomes one without.
func losesTLS(words string) opens {
	scheme := func(n *yaml.Node) string {
		before, _, found := strings.Cut(plainText(n), "://")
		if !found {
			return ""
		}
		return before[strings.LastIndexAny(before, "=, ")+1:]
	}
	return when(words, func(old, now *yaml.Node) bool {
		was, is := scheme(old), scheme(now)
		return is != "" && was != is && strings.HasSuffix(was, "s") && strings.TrimSuffix(was, "s") == is
	})
}

// losesScheme is a list of servers with TLS of which some are named without it: by
// host and port alone.
func losesScheme(words, scheme string) opens {
	plain := func(n *yaml.Node) bool {
		return slices.ContainsFunc(strings.Split(plainText(n), ","), func(server string) bool { return !strings.Contains(server, "://") })
	}
	return when(words, func(old, now *yaml.Node) bool {
		return now != nil && strings.Contains(plainText(old), scheme) && plain(now)
	})
}

// hostsServed are the hosts of the rules of an Ingress that is new or changed.
func hostsServed(old, now *yaml.Node) string {
	hosts := func(rules *yaml.Node) (out []string) {
		for _, r := range tree.Items(rules) {
			out = append(out, tree.Text(r, "host"))
		}
		return out
	}
	if more := without(hosts(now), hosts(old)); len(more) > 0 {
		return strings.TrimSpace("it serves " + strings.Join(more, ", "))
	}
	return ""
}

// plainAnswered compares what a route of Front Door does with plain HTTP.
func plainAnswered(old, now *yaml.Node) string {
	answered := func(n *yaml.Node) bool { return slices.Contains(texts(n, "supportedProtocols"), "Http") }
	bare := func(n *yaml.Node) bool { return answered(n) && tree.Text(n, "httpsRedirect") != "Enabled" }
	switch {
	case bare(now) && !bare(old):
		return "HTTP is answered without HTTPS"
	case answered(now) && !answered(old):
		return "HTTP is answered, with a redirect"
	}
	return ""
}

// filterOpens says whether a filter loses a line that refuses, or gets one that
// does not.
func filterOpens(old, now *yaml.Node) string {
	lines := func(n *yaml.Node, refuses bool) (out []string) {
		for line := range strings.Lines(tree.Text(n)) {
			line = strings.TrimSpace(line)
			if line != "" && !strings.HasPrefix(line, "#") && strings.HasPrefix(line, "-") == refuses {
				out = append(out, line)
			}
		}
		return out
	}
	if len(without(lines(old, true), lines(now, true)))+len(without(lines(now, false), lines(old, false))) > 0 {
		return "the filter may let through modules that it refused"
	}
	return ""
}

// goEnvOpens compares the settings of the go command that decide what it
// believes.
func goEnvOpens(old, now *yaml.Node) string {
	before, after := goEnv(old), goEnv(now)
	var out []string
	for _, name := range []string{"GOVCS", "GOSUMDB"} {
		if before[name] != after[name] && (before[name] != "" || after[name] == "off") {
			out = append(out, name+" changes")
		}
	}
	for _, name := range []string{"GOINSECURE", "GONOSUMDB", "GONOSUMCHECK", "GOFLAGS"} {
		if after[name] != "" && after[name] != before[name] && len(without(strings.Split(after[name], ","), strings.Split(before[name], ","))) > 0 {
			out = append(out, name+" has more in it")
		}
	}
	if before["GIT_SSL_NO_VERIFY"] != after["GIT_SSL_NO_VERIFY"] && after["GIT_SSL_NO_VERIFY"] != "" {
		out = append(out, "git no longer verifies certificates")
	}
	if len(out) == 0 {
		return ""
	}
	return "the go command checks less: " + strings.Join(out, ", ")
}

func goEnv(variables *yaml.Node) map[string]string {
	out := map[string]string{}
	for entry := range strings.SplitSeq(plainText(variables), ";") {
		name, value, _ := strings.Cut(entry, "=")
		out[name] = value
	}
	return out
}
