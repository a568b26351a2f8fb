package v1alpha1

// Moved are what became of the fields that AthensSite had before its first
// release, by their old paths with [] for an index. They are not read: the
// strict reader answers with these words. The row of a section covers all fields
// below it; a field below it has a row of its own where its name has changed too.
// The last rows are fields that are planned.
func (*AthensSite) Moved() map[string]string {
	return map[string]string{
		"spec.mesh.gateway":                    "has moved to spec.gateway: namespace, port and targetPort of the pods to spec.gateway.istio.workload",
		"spec.mesh.gateway.name":               "has moved to spec.gateway.istio.gatewayRef: write {namespace: NAMESPACE, name: NAME}",
		"spec.mesh.gateway.selector":           "has moved to spec.gateway.istio.workload.labels",
		"spec.mesh.gateway.serviceAccount":     "has moved to spec.gateway.istio.workload.serviceAccountName",
		"spec.mesh.gateway.tls.credentialName": "has moved to spec.gateway.tls.secretName",
		"spec.mesh.gateway.catalogFrom":        "has moved to spec.gateway.catalogClients: write [{name: NAME, cidrs: [RANGE]}]",
		"spec.mesh.timeouts":                   "has moved to spec.gateway.timeouts",
		"spec.ingress":                         "has moved to spec.gateway.ingress",
		"spec.ingress.tlsSecretName":           "has moved to spec.gateway.tls.secretName",
		"spec.ingress.internal":                "has moved to spec.gateway.internal",
		"spec.ingress.annotations":             "has moved to spec.gateway.annotations",

		"spec.gateway.gatewayAPI": "is planned, with the modes of the mesh that come next: write istio or ingress",
		"spec.gateway.service":    "is planned, with the modes of the mesh that come next: write istio or ingress",

		// "spec.old": "has moved to spec.new.place: write {name: NAME}",
	}
}
