package v1alpha1_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/internal/strict/stricttest"
)

func TestGateway(t *testing.T) {
	stricttest.RunAll(t, []rule{
		{"gateway of one's own", "gateway: {istio: {workload: {labels: {app: gw}, namespace: gw, serviceAccountName: gw, port: 8443, targetPort: 9443}}, tls: {secretName: cert}}", nil},
		{"shared gateway", "gateway: {istio: {gatewayRef: {namespace: gw, name: shared}, workload: {labels: {app: gw}, namespace: gw, serviceAccountName: gw}}}", nil},
		{"shared gateway with a certificate", "gateway: {istio: {gatewayRef: {namespace: gw, name: shared}, workload: {labels: {app: gw}, serviceAccountName: gw}}, tls: {}, annotations: {a/b: c}}", []string{"spec.gateway.tls: belongs to the Gateway", "spec.gateway.annotations: belongs to the Gateway"}},
		{"shared gateway without a namespace", "gateway: {istio: {gatewayRef: {name: shared}}}", []string{"spec.gateway.istio.gatewayRef.namespace: is required"}},
		{"shared gateway's names", "gateway: {istio: {gatewayRef: {namespace: A, name: B}}}", []string{"spec.gateway.istio.gatewayRef.namespace: is not a DNS label", "spec.gateway.istio.gatewayRef.name: is not an object's name"}},
		{"gateway's values", "gateway: {istio: {workload: {labels: {\"a b\": c d}, namespace: A, serviceAccountName: B, port: 70000, targetPort: -1}}, tls: {secretName: C}}", []string{
			"spec.gateway.istio.workload.labels[\"a b\"]: is not the key",
			"spec.gateway.istio.workload.labels[\"a b\"]: is not the value",
			"spec.gateway.istio.workload.namespace: is not a DNS label",
			"spec.gateway.istio.workload.serviceAccountName: is not an object's name",
			"spec.gateway.istio.workload.port: must be a port",
			"spec.gateway.istio.workload.targetPort: must be a port",
			"spec.gateway.tls.secretName: is not an object's name",
		}},
		{"no labels", "gateway: {istio: {workload: {labels: {}}}}", []string{"spec.gateway.istio.workload.labels: is empty"}},
		{"of a mesh without one", "mesh: {mode: None}\ngateway: {istio: {}, timeouts: {list: 30s}, catalogClients: [{name: a, cidrs: [203.0.113.7/32]}]}", []string{
			"spec.gateway.istio: has no meaning with mesh.mode None", "spec.gateway.timeouts: has no meaning", "spec.gateway.catalogClients: has no meaning",
		}},
		{"parts of no gateway", "mesh: {mode: None}\ngateway: {internal: true, tls: {}, annotations: {a/b: c}}", []string{
			"spec.gateway.internal: has no meaning with mesh.mode None and without a gateway", "spec.gateway.tls: write gateway.ingress: {}", "spec.gateway.annotations: has no meaning",
		}},
		{"no plain HTTP", "gateway: {plainHTTP: Redirect, hsts: {maxAge: 1h}}", nil},
		{"HSTS at a shared gateway", "gateway: {istio: {gatewayRef: {namespace: istio-system, name: shared}}, hsts: {}, plainHTTP: Closed}", []string{"spec.gateway.plainHTTP: has no meaning with gateway.istio.gatewayRef"}},
		{"plain HTTP behind a Front Door", "gateway: {plainHTTP: Redirect}\nedge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555}}", []string{"spec.gateway.plainHTTP: redirect in its route"}},
		{"values of HTTPS", "gateway: {plainHTTP: redirect, hsts: {maxAge: 1500ms}}", []string{"spec.gateway.plainHTTP: did you mean Redirect", "spec.gateway.hsts.maxAge: must be whole seconds"}},
		{"a redirect to another port", "gateway: {plainHTTP: Redirect, hsts: {maxAge: 0s}, istio: {workload: {port: 8443}}}", []string{"spec.gateway.plainHTTP: serves HTTPS on port 8443", "spec.gateway.hsts.maxAge: must be longer"}},
		{"HTTPS without a mesh", "mesh: {mode: None}\ngateway: {ingress: {}, plainHTTP: Redirect, hsts: {}}", []string{"spec.gateway.plainHTTP: has no meaning with mesh.mode None", "spec.gateway.hsts: has no meaning"}},
		{"a certificate of cert-manager", "gateway: {tls: {issuerRef: {name: letsencrypt}}}", nil},
		{"two sources of a certificate", "gateway: {tls: {issuerRef: {name: letsencrypt}, secretName: a}}", []string{"spec.gateway.tls.issuerRef: takes one of them"}},
		{"an issuer's values", "gateway: {tls: {issuerRef: {kind: issuer, group: A}}}", []string{
			"spec.gateway.tls.issuerRef.name: is required", "spec.gateway.tls.issuerRef.kind: is not a kind", "spec.gateway.tls.issuerRef.group: is not an object's name"}},
		{"an issuer's kind with a letter beyond ASCII", `gateway: {tls: {issuerRef: {name: corp, kind: "\u212aIssuer"}}}`, []string{"spec.gateway.tls.issuerRef.kind: is not a kind"}},
		{"an issuer's kind with a hyphen", "gateway: {tls: {issuerRef: {name: corp, kind: Vault-Issuer}}}", []string{"spec.gateway.tls.issuerRef.kind: is not a kind"}},
		{"an external issuer", "gateway: {tls: {issuerRef: {name: corp, kind: AWSPCAClusterIssuer2, group: awspca.cert-manager.io}}}", nil},
		{"more hosts", "additionalHosts: [{host: go.example.com}, {host: go.corp.example.com, tls: {secretName: corp}}, {host: go.lab.example.com, tls: {}}]", nil},
		{"more hosts at a shared gateway", "gateway: {istio: {gatewayRef: {namespace: istio-system, name: shared}}}\nadditionalHosts: [{host: a.example.com}, {host: b.example.com, tls: {}}]", []string{"spec.additionalHosts[1].tls: has no meaning with gateway.istio.gatewayRef"}},
		{"more hosts in an Ingress", "mesh: {mode: None}\ngateway: {ingress: {}}\nadditionalHosts: [{host: a.example.com}]", nil},
		{"more hosts of nothing", "mesh: {mode: None}\nadditionalHosts: [{host: a.example.com}]", []string{"spec.additionalHosts: has no meaning with mesh.mode None and without a gateway"}},
		{"more hosts that are none", "additionalHosts: [{host: \"*.example.com\"}, {host: a.example.com}, {host: a.example.com}, {host: \"a\\nb\"}, {tls: {secretName: A}}]", []string{
			"spec.additionalHosts[0].host: wildcard", "spec.additionalHosts[2]: is repeated", "spec.additionalHosts[3].host: holds a line break",
			"spec.additionalHosts[4].host: is required", "spec.additionalHosts[4].tls.secretName: is not an object's name"}},
		{"more hosts that are there", "host: a.example.com\nadditionalHosts: [{host: a.example.com}, {host: b.example.com}]\nedge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555, originHost: b.example.com}}", []string{
			"spec.additionalHosts[0].host: is spec.host already", "spec.additionalHosts[1].host: is the name by which Front Door"}},
		{"more hosts of a Front Door that is made", "additionalHosts: [{host: a.example.com}]\nedge: {frontDoor: {originHost: b.example.com, provision: {resourceGroup: {name: a, location: westeurope}}}}", []string{"spec.additionalHosts: Front Door is made for spec.host alone"}},
		{"the site itself, by another name", "additionalHosts: [{host: a.example.com}]\nathens: {upstream: {goproxy: \"https://a.example.com\"}}", []string{"spec.athens.upstream.goproxy: is the site itself"}},
		{"what comes later", "gateway: {gatewayAPI: {className: istio}}", []string{"spec.gateway.gatewayAPI: is planned"}},
		{"a load balancer", "mesh: {mode: None}\ngateway: {service: {}, annotations: {a/b: c}, internal: true}", nil},
		{"a load balancer's values", "mesh: {mode: None}\nadditionalHosts: [{host: a.example.com}]\ngateway: {service: {type: NodePort}, tls: {}}", []string{
			"spec.additionalHosts: has no meaning with gateway.service", "spec.gateway.service.type: write LoadBalancer, or gateway.ingress", "spec.gateway.tls: has no meaning with gateway.service"}},
		{"a load balancer in a mesh", "gateway: {service: {}}", []string{"spec.gateway.service: bypasses the mesh's gateway"}},
		{"a load balancer beside an Ingress", "mesh: {mode: None}\ngateway: {service: {}, ingress: {}}", []string{"spec.gateway.service: takes one of them"}},
		{"what has moved", "mesh: {gateway: {name: istio-ingress/shared, catalogFrom: [203.0.113.7/32]}, timeouts: {list: 30s}}\ningress: {tlsSecretName: a}", []string{
			"spec.mesh.gateway.name: spec.gateway.istio.gatewayRef", "spec.mesh.gateway.catalogFrom: spec.gateway.catalogClients",
			"spec.mesh.timeouts: has moved to spec.gateway.timeouts", "spec.ingress: has moved to spec.gateway.ingress", "spec.ingress.tlsSecretName: spec.gateway.tls.secretName",
		}},
	})
}

// An Ingress without tls serves plain HTTP; an empty tls has the default name.
func TestGatewayTLS_DefaultNameOnlyWhereTLSIsOn(t *testing.T) {
	for spec, want := range map[string]string{
		"{host: a.example.com}": "a-tls",
		"{host: a.example.com, gateway: {istio: {gatewayRef: {namespace: istio-system, name: shared}}}}": "",
		"{host: a.example.com, mesh: {mode: None}, gateway: {ingress: {}}}":                              "",
		"{host: a.example.com, mesh: {mode: None}, gateway: {ingress: {}, tls: {}}}":                     "a-tls",
		"{host: a.example.com, mesh: {mode: None}, gateway: {ingress: {}, tls: {secretName: b}}}":        "b",
	} {
		site, problems := stricttest.Load(t, "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: a, namespace: a}\nspec: "+spec+"\n")
		stricttest.Expect(t, problems, nil)
		got := ""
		if tls := site.Spec.Gateway.TLS; tls != nil {
			got = tls.SecretName
		}
		if got != want {
			t.Errorf("%s: %q, want %q", spec, got, want)
		}
	}
}

// A namespace and labels that no known installation has tell nothing of the
// account: it is asked for, with the command that shows it.
func TestGatewayAccountIsNeverGuessed(t *testing.T) {
	const required = "spec.gateway.istio.workload.serviceAccountName: is required"
	stricttest.RunAll(t, []rule{
		{"Helm", "gateway: {istio: {workload: {namespace: istio-ingress, labels: {istio: ingress}}}}", nil},
		{"the user's own labels", "gateway: {istio: {workload: {namespace: gw, labels: {b: c, a: d}}}}", []string{"spec.gateway.istio.workload.serviceAccountName: kubectl -n gw get pods -l a=d,b=c -o custom-columns"}},
		{"the user's own namespace", "gateway: {istio: {workload: {namespace: gw}}}", []string{"spec.gateway.istio.workload.serviceAccountName: kubectl -n gw get pods -o custom-columns"}},
		{"labels in no namespace", "gateway: {istio: {workload: {labels: {istio: x, app: x}}}}", []string{"spec.gateway.istio.workload.serviceAccountName: kubectl get pods -A -l app=x,istio=x -o custom-columns"}},
		{"two releases of one namespace", "gateway: {istio: {workload: {namespace: istio-ingress}}}", []string{required}},
		{"a Gateway of others", "gateway: {istio: {gatewayRef: {namespace: infra, name: shared}}}", []string{required}},
		{"one more label", "gateway: {istio: {workload: {labels: {istio: ingressgateway, team: x}}}}", []string{required}},
		{"istioctl's with the add-on", "gateway: {istio: {workload: {namespace: istio-system, labels: {app: gw}}}}\nmesh: {revision: asm-1-30}", []string{required}},
		{"an account that no table knows", "gateway: {istio: {workload: {namespace: gw, serviceAccountName: gw}}}", []string{"spec.gateway.istio.workload.labels: kubectl -n gw get pods -o custom-columns"}},
		{"labels and an account in no namespace", "gateway: {istio: {workload: {labels: {app: gw}, serviceAccountName: gw}}}", []string{"spec.gateway.istio.workload.namespace: kubectl get pods -A -l app=gw -o custom-columns"}},
		{"two releases beside a Gateway", "gateway: {istio: {gatewayRef: {namespace: istio-ingress, name: shared}}}", []string{"spec.gateway.istio.workload.serviceAccountName: kubectl -n istio-ingress get gateways.networking.istio.io shared -o 'jsonpath={.spec.selector}'"}},
		{"labels of a Gateway, whose pods may be elsewhere", "gateway: {istio: {gatewayRef: {namespace: infra, name: shared}, workload: {labels: {app: gw}}}}", []string{"spec.gateway.istio.workload.serviceAccountName: kubectl get pods -A -l app=gw -o custom-columns"}},
		{"a Gateway of the site's own namespace", "gateway: {istio: {gatewayRef: {namespace: goproxy, name: shared}}}", []string{"spec.gateway.istio.workload.serviceAccountName: the labels as kubectl -n goproxy get gateways.networking.istio.io shared"}},
		{"a Gateway of the site's own namespace, on known pods", "gateway: {istio: {gatewayRef: {namespace: goproxy, name: shared}, workload: {namespace: istio-system}}}", nil},
		{"a known release beside a Gateway", "gateway: {istio: {gatewayRef: {namespace: istio-ingress, name: shared}, workload: {labels: {istio: ingress}}}}", nil},
		{"istioctl's beside a Gateway", "gateway: {istio: {gatewayRef: {namespace: istio-system, name: shared}}}", nil},
		{"one complaint about a namespace", "gateway: {istio: {workload: {namespace: A}}}", []string{"spec.gateway.istio.workload.namespace: is not a DNS label"}},
		{"one complaint about labels", "gateway: {istio: {workload: {labels: {a: b c}}}}", []string{"spec.gateway.istio.workload.labels.a: is not the value"}},
		{"in one region", "regions:\n- name: westeurope\n- name: eastus2\n  overrides: {gateway: {istio: {workload: {namespace: gw}}}}", []string{"spec.regions[1].overrides.gateway.istio.workload.serviceAccountName: is required"}},
	})
}

// What Default leaves out because it is not known, a second Default must not
// find by the first one's values.
func TestDefaultOfGatewayTwice(t *testing.T) {
	for _, istio := range []string{
		"workload: {}", "workload: {namespace: istio-ingress}", "gatewayRef: {namespace: istio-ingress, name: shared}", "gatewayRef: {namespace: infra, name: shared}", "workload: {namespace: gw}",
		"workload: {labels: {istio: x, app: x}}", "workload: {labels: {istio: ingress}}", "workload: {serviceAccountName: istio-ingress}",
		"workload: {namespace: istio-ingress, serviceAccountName: istio-ingress}", "gatewayRef: {namespace: istio-ingress, name: shared}, workload: {serviceAccountName: x}",
	} {
		site, _ := stricttest.Load(t, "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: a, namespace: a}\nspec: {host: a.example.com, gateway: {istio: {"+istio+"}}}\n")
		once, err := json.Marshal(site.Spec.Gateway)
		if err != nil {
			t.Fatal(err)
		}
		site.Default()
		twice, err := json.Marshal(site.Spec.Gateway)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(once), string(twice)); diff != "" {
			t.Errorf("%s (-once +twice):\n%s", istio, diff)
		}
	}
}
