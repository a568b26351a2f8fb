package prove

import (
	"reflect"
	"slices"
	"strings"
	"sync"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/gomods/athens-kfn/pkg/generators"
)

// reads are the fields of each message of Istio's API that this package reads.
// A message or a field that is not here makes an answer unknown where a request
// meets it. "-" before a field: nothing beneath it changes who answers a request.
var reads = sync.OnceValue(func() map[protoreflect.FullName]map[string]use { return table(lines) })

var lines = map[protoreflect.FullName]string{
	"istio.networking.v1alpha3.VirtualService": "hosts gateways http exportTo",
	"istio.networking.v1alpha3.HTTPRoute": "name match route redirect directResponse delegate rewrite timeout retries " +
		"fault -mirror -mirrors -mirrorPercent -mirrorPercentage -corsPolicy headers",
	"istio.networking.v1alpha3.HTTPMatchRequest": "name uri scheme method authority headers port sourceLabels gateways " +
		"queryParams ignoreUriCase withoutHeaders sourceNamespace -statPrefix",
	"istio.networking.v1alpha3.StringMatch":              "exact prefix regex",
	"istio.networking.v1alpha3.HTTPRedirect":             "-uri -authority -port -derivePort -scheme redirectCode -prefixRewrite",
	"istio.networking.v1alpha3.HTTPDirectResponse":       "status -body",
	"istio.networking.v1alpha3.Delegate":                 "name namespace",
	"istio.networking.v1alpha3.HTTPRewrite":              "uri authority uriRegexRewrite",
	"istio.networking.v1alpha3.RegexRewrite":             "match rewrite",
	"istio.networking.v1alpha3.HTTPRetry":                "attempts perTryTimeout retryOn retryRemoteLocalities retryIgnorePreviousHosts -backoff",
	"istio.networking.v1alpha3.HTTPFaultInjection":       "-delay abort",
	"istio.networking.v1alpha3.HTTPFaultInjection.Abort": "httpStatus percentage",
	"istio.networking.v1alpha3.Percent":                  "value",
	"istio.networking.v1alpha3.Headers":                  "request -response",
	"istio.networking.v1alpha3.Headers.HeaderOperations": "set add remove",
	"istio.networking.v1alpha3.HTTPRouteDestination":     "destination weight headers",
	"istio.networking.v1alpha3.Destination":              "host port subset",
	"istio.networking.v1alpha3.PortSelector":             "number",

	"istio.networking.v1alpha3.Gateway": "servers selector",
	"istio.networking.v1alpha3.Server":  "port hosts tls -name",
	"istio.networking.v1alpha3.Port":    "number protocol -name -targetPort",
	"istio.networking.v1alpha3.ServerTLSSettings": "mode -httpsRedirect -serverCertificate -privateKey -caCertificates -caCrl " +
		"-credentialName -credentialNames -caCertCredentialName -tlsCertificates -subjectAltNames -verifyCertificateSpki " +
		"-verifyCertificateHash -minProtocolVersion -maxProtocolVersion -cipherSuites -insecureSkipVerify",

	"istio.networking.v1alpha3.DestinationRule":                 "host trafficPolicy subsets exportTo workloadSelector",
	"istio.networking.v1alpha3.Subset":                          "name labels trafficPolicy",
	"istio.networking.v1alpha3.TrafficPolicy":                   "loadBalancer -connectionPool outlierDetection tls portLevelSettings -retryBudget",
	"istio.networking.v1alpha3.TrafficPolicy.PortTrafficPolicy": "port loadBalancer -connectionPool outlierDetection tls",
	"istio.networking.v1alpha3.LoadBalancerSettings":            "simple -consistentHash localityLbSetting -zoneAwareLbSetting -warmupDurationSecs -warmup",
	"istio.networking.v1alpha3.LocalityLoadBalancerSetting":     "-distribute -failover failoverPriority enabled",
	"istio.networking.v1alpha3.OutlierDetection": "consecutiveGatewayErrors maxEjectionPercent -consecutiveErrors -consecutive5xxErrors " +
		"-splitExternalLocalOriginErrors -consecutiveLocalOriginFailures -interval -baseEjectionTime -minHealthPercent",
	"istio.networking.v1alpha3.ClientTLSSettings": "mode -clientCertificate -privateKey -caCertificates -credentialName " +
		"-insecureSkipVerify -caCrl",

	"istio.security.v1beta1.AuthorizationPolicy":   "selector targetRef targetRefs rules action -provider",
	"istio.security.v1beta1.Rule":                  "from to when",
	"istio.security.v1beta1.Rule.From":             "source",
	"istio.security.v1beta1.Rule.To":               "operation",
	"istio.security.v1beta1.Condition":             "key values notValues",
	"istio.security.v1beta1.RequestAuthentication": "selector targetRef targetRefs jwtRules",
	"istio.security.v1beta1.JWTRule": "issuer audiences jwksUri fromHeaders fromParams fromCookies forwardOriginalToken " +
		"-outputPayloadToHeader -outputClaimToHeaders -timeout -spaceDelimitedClaims",
	"istio.security.v1beta1.JWTHeader":                    "name prefix",
	"istio.security.v1beta1.PeerAuthentication":           "selector mtls portLevelMtls",
	"istio.security.v1beta1.PeerAuthentication.MutualTLS": "mode",
	"istio.type.v1beta1.WorkloadSelector":                 "matchLabels",
	"istio.type.v1beta1.PolicyTargetReference":            "group kind name namespace",
	"istio.security.v1beta1.Operation":                    "hosts notHosts ports notPorts methods notMethods paths notPaths",
	"istio.security.v1beta1.Source": "principals notPrincipals requestPrincipals notRequestPrincipals namespaces notNamespaces " +
		"serviceAccounts notServiceAccounts ipBlocks notIpBlocks remoteIpBlocks notRemoteIpBlocks trustDomains notTrustDomains",

	"istio.networking.v1alpha3.Sidecar":               "workloadSelector egress outboundTrafficPolicy -inboundConnectionPool",
	"istio.networking.v1alpha3.IstioEgressListener":   "hosts",
	"istio.networking.v1alpha3.OutboundTrafficPolicy": "mode",
	"istio.networking.v1alpha3.WorkloadSelector":      "labels",
}

// revisionLabel names the revision of istiod that reads an object.
const revisionLabel = "istio.io/rev"

// use of a field by this package.
type use struct{ leaf bool }

func table(lines map[protoreflect.FullName]string) map[protoreflect.FullName]map[string]use {
	out := make(map[protoreflect.FullName]map[string]use, len(lines))
	for message, fields := range lines {
		out[message] = map[string]use{}
		for field := range strings.FieldsSeq(fields) {
			name, leaf := strings.CutPrefix(field, "-")
			out[message][name] = use{leaf}
		}
	}
	return out
}

// title of an object for people, as in AuthorizationPolicy goproxy/deny-all.
func title(o generators.Object) string {
	name := o.GetName()
	if ns := o.GetNamespace(); ns != "" {
		name = ns + "/" + name
	}
	return reflect.TypeOf(o).Elem().Name() + " " + name
}

// uses is the reason why something of an object cannot be judged.
func uses(o generators.Object, field string) string { return title(o) + " uses " + field }

// read says whether all fields that are set in a message at a path of an object
// are read. Messages inside it are judged where a request meets them.
func read(o generators.Object, path string, m proto.Message) verdict {
	r := m.ProtoReflect()
	if !r.IsValid() {
		return truth(true)
	}
	known := reads()[r.Descriptor().FullName()]
	var why []string
	if revision := o.GetLabels()[revisionLabel]; path == "" && revision != "" {
		why = append(why, uses(o, "the label "+revisionLabel+": "+revision+", which istiod of another revision does not read"))
	}
	r.Range(func(f protoreflect.FieldDescriptor, _ protoreflect.Value) bool {
		if _, is := known[f.JSONName()]; !is {
			why = append(why, uses(o, join(path, f.JSONName())))
		}
		return true
	})
	return verdict{is: len(why) == 0, why: distinct(why)}
}

func join(path, field string) string { return strings.TrimPrefix(path+"."+field, ".") }

// set are the fields that are set in a message, by name.
func set(m proto.Message) (out []protoreflect.FieldDescriptor) {
	if r := m.ProtoReflect(); r.IsValid() {
		r.Range(func(f protoreflect.FieldDescriptor, _ protoreflect.Value) bool {
			out = append(out, f)
			return true
		})
	}
	slices.SortFunc(out, func(a, b protoreflect.FieldDescriptor) int { return strings.Compare(a.JSONName(), b.JSONName()) })
	return out
}
