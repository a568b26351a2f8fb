package limits

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

const head = "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensLimits\nspec: "

func file(name, spec string) *Source {
	var node yaml.Node
	if err := yaml.Unmarshal([]byte(head+spec), &node); err != nil {
		panic(err)
	}
	limits, problems := strict.Load[AthensLimits](&node)
	if len(problems) > 0 {
		panic(problems[0])
	}
	return &Source{name, limits}
}

func newSite(t *testing.T, namespace, spec string) *v1alpha1.AthensSite {
	t.Helper()
	var node yaml.Node
	text := "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: goproxy, namespace: " + namespace + "}\nspec: {host: goproxy.example.com"
	if spec != "" {
		text += ", " + spec
	}
	if err := yaml.Unmarshal([]byte(text+"}"), &node); err != nil {
		t.Fatal(err)
	}
	site, problems := strict.Load[v1alpha1.AthensSite](&node)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return site
}

const (
	door  = "edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555, originHost: origin.example.com, loadBalancer: {serviceTag: {}}}}"
	link  = "edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555, originHost: origin.example.com, loadBalancer: {privateLink: {location: westeurope, resourceID: /subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/g/providers/Microsoft.Network/privateLinkServices/p}}}}"
	edge  = "gateway: {istio: {workload: {namespace: edge, labels: {app: edge-gateway}, serviceAccountName: edge}}}"
	helm  = "gateway: {istio: {workload: {namespace: edge, labels: {app: edge, istio: edge}}}}"
	vault = "secrets: {externalSecrets: {storeRef: {name: vault}}}"
	keys  = "secrets: {keyVault: {name: acme-goproxy, tenantID: 11111111-2222-3333-4444-555555555555, identity: {workload: {clientID: 11111111-2222-3333-4444-555555555555}}}}"
	made  = "azure: {provision: {resourceGroup: {name: g, location: westeurope}, storage: {}}}, athens: {storage: {azureBlob: {account: acmegoproxy, container: modules, credentials: {secretRef: {name: s}}}}}"
)

// TestCheck holds sites against limits: each of the problems has its path and,
// where something would allow it, the line that does.
func TestCheck(t *testing.T) {
	traced := func(namespace string) string {
		return "tracing: {provider: otel, collector: {serviceRef: {namespace: " + namespace + ", name: otel-collector}}, operator: {exporter: {endpoint: \"tempo.a.svc.cluster.local:4317\"}}}"
	}
	logs := func(namespace string) string {
		return "logs: {openTelemetry: {namespace: " + namespace + ", exporter: {endpoint: \"loki.a.svc.cluster.local:4317\"}}}"
	}
	for name, test := range map[string]struct {
		namespace, spec string
		base            *Source
		narrower        []Source
		want            []string // path: part of the message
	}{
		"nothing said":                   {spec: ""},
		"a custom gateway":               {spec: edge, want: []string{"spec.gateway.istio.workload: spec.gateways: [{namespace: edge, selector: {app: edge-gateway}}]"}},
		"one that is allowed":            {spec: edge, base: file("a", "{gateways: [{namespace: edge, selector: {app: edge-gateway}}]}")},
		"another account":                {spec: edge, base: file("a", "{gateways: [{namespace: edge, selector: {app: edge-gateway}, serviceAccount: other}]}"), want: []string{"spec.gateway.istio.workload: in a, spec.gateways"}},
		"fewer labels than allowed":      {spec: edge, base: file("a", "{gateways: [{namespace: edge, selector: {app: edge-gateway, team: x}}]}"), want: []string{"spec.gateway.istio.workload: not allowed"}},
		"none of the table is allowed":   {spec: "", base: file("a", "{gateways: [{namespace: edge, selector: {app: edge-gateway}}]}"), want: []string{"spec.gateway.istio.workload: not allowed"}},
		"the mesh's pods":                {spec: "gateway: {istio: {workload: {namespace: istio-system, labels: {security.istio.io/tlsMode: istio}, serviceAccountName: x}}}", want: []string{"spec.gateway.istio.workload: namespace istio-system belongs to the mesh"}},
		"pods of the cluster":            {spec: "gateway: {istio: {workload: {namespace: kube-system, labels: {k8s-app: kube-dns}, serviceAccountName: coredns}}}", want: []string{"spec.gateway.istio.workload: belongs to Kubernetes"}},
		"gateway labels, others' place":  {spec: "gateway: {istio: {workload: {namespace: argocd, labels: {app: x, istio: x}}}}", want: []string{"spec.gateway.istio.workload: belongs to the tools"}},
		"a release anywhere":             {spec: helm},
		"exposed, of the table":          {spec: door},
		"exposed, of a team":             {spec: helm + ", " + door, want: []string{"spec.edge.frontDoor.loadBalancer: loadBalancer: true"}},
		"exposed, allowed":               {spec: helm + ", " + door, base: file("a", "{gateways: [{namespace: edge, selector: {app: edge}, loadBalancer: true}]}")},
		"exposed, not allowed":           {spec: door, base: file("a", "{gateways: [{namespace: istio-system, selector: {istio: ingressgateway}}]}"), want: []string{"spec.edge.frontDoor.loadBalancer: in a"}},
		"the internal gateway, exposed":  {spec: "gateway: {istio: {workload: {labels: {istio: aks-istio-ingressgateway-internal}}}}, mesh: {revision: asm-1-30}, " + door, want: []string{"spec.edge.frontDoor.loadBalancer: which others run"}},
		"the internal gateway, linked":   {spec: "gateway: {istio: {workload: {labels: {istio: aks-istio-ingressgateway-internal}}}}, mesh: {revision: asm-1-30}, " + link},
		"another root":                   {spec: "mesh: {rootNamespace: control}", want: []string{"spec.mesh.rootNamespace: rootNamespaces: [control]"}},
		"another root, allowed":          {spec: "mesh: {rootNamespace: control}", base: file("a", "{rootNamespaces: [control]}")},
		"no mesh, no gateway":            {spec: "mesh: {mode: None}"},
		"namespace":                      {namespace: "team-b", base: file("a", "{namespaces: [goproxy, go-*]}"), want: []string{"metadata.namespace: in a, spec.namespaces: [team-b]"}},
		"namespace of a pattern":         {namespace: "go-b", base: file("a", "{namespaces: [goproxy, go-*]}")},
		"hosts":                          {spec: door, base: file("a", "{hosts: [goproxy.example.com]}"), want: []string{"spec.edge.frontDoor.originHost: hosts: [origin.example.com]"}},
		"one more host":                  {spec: "additionalHosts: [{host: shop.example.com}]", base: file("a", "{hosts: [goproxy.example.com]}"), want: []string{"spec.additionalHosts[0].host: hosts: [shop.example.com]"}},
		"hosts of a domain":              {spec: door, base: file("a", "{hosts: [\"*.example.com\"]}")},
		"no host":                        {base: file("a", "{hosts: []}"), want: []string{"spec.host: not allowed"}},
		"a cluster's store":              {spec: vault},
		"a cluster's store, none":        {spec: vault, base: file("a", "{clusterSecretStores: []}"), want: []string{"spec.secrets.externalSecrets.storeRef.name: clusterSecretStores: [vault]"}},
		"a store of one's own":           {spec: "secrets: {externalSecrets: {storeRef: {name: vault, kind: SecretStore}}}", base: file("a", "{clusterSecretStores: []}")},
		"a vault":                        {spec: keys, base: file("a", "{keyVaults: [\"acme-*\"]}")},
		"another vault":                  {spec: keys, base: file("a", "{keyVaults: [acme]}"), want: []string{"spec.secrets.keyVault.name: not allowed"}},
		"traces":                         {spec: traced("observability")},
		"traces in a team's":             {spec: traced("team-m"), want: []string{"spec.tracing.collector.serviceRef.namespace: collectors: [team-m]"}},
		"traces in a team's, allowed":    {spec: traced("team-m"), base: file("a", "{collectors: [team-m]}")},
		"logs":                           {spec: logs("monitoring")},
		"logs in a team's":               {spec: logs("team-m"), want: []string{"spec.logs.openTelemetry.namespace: collectors: [team-m]"}},
		"logs, none":                     {spec: logs("monitoring"), base: file("a", "{collectors: []}"), want: []string{"spec.logs.openTelemetry.namespace: not allowed"}},
		"the cluster's logs":             {spec: "logs: {azureMonitor: {}}"},
		"the cluster's logs, none":       {spec: "logs: {azureMonitor: {}}", base: file("a", "{clusterLogs: false}"), want: []string{"spec.logs.azureMonitor: clusterLogs: true"}},
		"resources of Azure":             {spec: made},
		"resources of Azure, none":       {spec: made, base: file("a", "{azureResources: false}"), want: []string{"spec.azure.provision: azureResources: true"}},
		"narrowed":                       {namespace: "go-b", base: file("a", "{namespaces: [go-*]}"), narrower: []Source{*file("b", "{namespaces: [go-a, team-*]}")}, want: []string{"metadata.namespace: in b"}},
		"not widened":                    {namespace: "team-b", base: file("a", "{namespaces: [go-*]}"), narrower: []Source{*file("b", "{namespaces: [go-a, team-*]}")}, want: []string{"metadata.namespace: in a"}},
		"a gateway, not widened":         {spec: edge, narrower: []Source{*file("b", "{gateways: [{namespace: edge, selector: {app: edge-gateway}}]}")}, want: []string{"spec.gateway.istio.workload: in " + File}},
		"narrower says nothing of it":    {spec: edge, base: file("a", "{gateways: [{namespace: edge, selector: {app: edge-gateway}}], rootNamespaces: [istio-*]}"), narrower: []Source{*file("b", "{}")}},
		"a known gateway, narrowed away": {narrower: []Source{*file("b", "{gateways: []}")}, want: []string{"spec.gateway.istio.workload: in b"}},
	} {
		t.Run(name, func(t *testing.T) {
			if test.namespace == "" {
				test.namespace = "goproxy"
			}
			problems := New(test.base, test.narrower...).Check(newSite(t, test.namespace, test.spec))
			ok := len(problems) == len(test.want)
			for i := 0; ok && i < len(problems); i++ {
				path, part, _ := strings.Cut(test.want[i], ": ")
				ok = problems[i].Path == path && strings.Contains(problems[i].Message, part)
			}
			if !ok {
				t.Errorf("problems:\n%v\nwant (path and part):\n%s", problems, strings.Join(test.want, "\n"))
			}
		})
	}
}
