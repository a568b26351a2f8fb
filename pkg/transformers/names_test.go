package transformers_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/pkg/transformers"
)

func TestNames_AreWhatMustExist(t *testing.T) {
	for text, want := range map[string]string{
		`{apiVersion: apps/v1, kind: Deployment, metadata: {name: a, namespace: n}, spec: {template: {spec: {serviceAccountName: default, imagePullSecrets: [{name: pull}],
		  containers: [{name: a, envFrom: [{secretRef: {name: all}}, {configMapRef: {name: not, optional: true}}]}],
		  volumes: [{projected: {sources: [{secret: {name: p}}]}}, {csi: {volumeAttributes: {secretProviderClass: c}}}]}}}}`: "/Secret n/all, /Secret n/p, /Secret n/pull, secrets-store.csi.x-k8s.io/SecretProviderClass n/c",
		`{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: a, namespace: n}, spec: {hosts: [a.example.com, short], gateways: [mesh, own, x/other],
		  http: [{route: [{destination: {host: short}}, {destination: {host: long.n.svc.cluster.local}}]}]}}`: "/Service n/short, networking.istio.io/Gateway n/own, networking.istio.io/Gateway x/other",
		`{apiVersion: networking.istio.io/v1, kind: Gateway, metadata: {name: a, namespace: n}, spec: {servers: [{tls: {credentialName: c}}]}}`:                                   "/Secret /c",
		`{apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {name: a, namespace: n}, spec: {rules: [{from: [{source: {principals: [d/ns/x/sa/y, "*"]}}]}]}}`: "/ServiceAccount x/y",
		`{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: a, namespace: n}, spec: {ingressClassName: c, tls: [{secretName: s}]}}`:                               "networking.k8s.io/IngressClass /c, /Secret n/s",
		`{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: a, namespace: n}, subjects: [{kind: User, name: u}, {kind: ServiceAccount, name: s}]}`:    "/ServiceAccount n/s",
	} {
		var got []string
		for _, n := range transformers.Names(nodes(t, text)[0]) {
			got = append(got, n.Group+"/"+n.Kind+" "+n.Namespace+"/"+n.Name)
		}
		if got := strings.Join(got, ", "); got != want {
			t.Errorf("got %s\nwant %s\nof %s", got, want, text)
		}
	}
}

func TestMakes_AreWhatControllersMake(t *testing.T) {
	for text, want := range map[string]string{
		`{apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {name: a}, spec: {secretName: s}}`:                                                            "Secret s",
		`{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: a}, spec: {x: 1}}`:                                                              "Secret a",
		`{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: a}, spec: {target: {name: s}}}`:                                                 "Secret s",
		`{apiVersion: secrets-store.csi.x-k8s.io/v1, kind: SecretProviderClass, metadata: {name: a}, spec: {secretObjects: [{secretName: s}]}}`:                      "Secret s",
		`{apiVersion: storage.azure.com/v1, kind: StorageAccount, metadata: {name: a}, spec: {operatorSpec: {secrets: {k: {name: s}}, configMaps: {k: {name: c}}}}}`: "Secret s, ConfigMap c",
	} {
		var got []string
		for _, n := range transformers.Makes(nodes(t, text)[0]) {
			got = append(got, n.Kind+" "+n.Name)
		}
		if !slices.Equal(got, strings.Split(want, ", ")) {
			t.Errorf("got %q, want %q of %s", got, want, text)
		}
	}
}
