package helm

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// notes are what Helm prints after an install: how to use the site, and what
// the chart leaves to others.
func notes(site *v1alpha1.AthensSite, secrets []string) string {
	var out strings.Builder
	scheme := "https"
	if !generators.Meshed(site) && site.Spec.Gateway.TLS == nil {
		scheme = "http"
	}
	fmt.Fprintf(&out, "The Go module proxy {{ .Values.host }} runs in the namespace %s.\n\nUse it:\n  GOPROXY=%s://{{ .Values.host }} go mod download\n",
		site.Namespace, scheme)
	for _, c := range generators.ServedCertificates(site) {
		if generators.Meshed(site) && c.Issuer == nil {
			secrets = append(secrets, c.Secret.String())
		}
	}
	if len(secrets) > 0 {
		out.WriteString("\nIt needs these Secrets (namespace/name), which this chart does not create:\n")
		for _, s := range secrets {
			out.WriteString("  " + s + "\n")
		}
	}
	if namespace := generators.SiteNamespace(site); len(namespace) > 0 {
		labels := namespace[0].GetLabels()
		out.WriteString("{{ if not .Values.namespace.create }}\n")
		fmt.Fprintf(&out, "The namespace %s is yours, and must have these labels:\n", site.Namespace)
		for _, key := range slices.Sorted(maps.Keys(labels)) {
			if strings.HasPrefix(key, "istio") || strings.HasPrefix(key, "pod-security.") {
				fmt.Fprintf(&out, "  %s: %s\n", key, labels[key])
			}
		}
		out.WriteString("{{ end }}")
	}
	return out.String()
}
