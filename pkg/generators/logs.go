package generators

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// Logs are what collects the site's logs.
func Logs(site *v1alpha1.AthensSite) []Object {
	var out []Object
	if site.Spec.Logs.OpenTelemetry != nil {
		out = append(out, logCollector(site))
	}
	if site.Spec.Logs.AzureMonitor != nil {
		out = append(out, azureMonitor(site))
	}
	return out
}

// azureMonitor is the one ConfigMap that the agent of Container Insights reads.
func azureMonitor(site *v1alpha1.AthensSite) Object {
	exclude := `["` + strings.Join(site.Spec.Logs.AzureMonitor.ExcludeNamespaces, `", "`) + `"]`
	settings := `[log_collection_settings]
  [log_collection_settings.stdout]
    enabled = true
    exclude_namespaces = ` + exclude + `
  [log_collection_settings.stderr]
    enabled = true
    exclude_namespaces = ` + exclude + `
  [log_collection_settings.schema]
    containerlog_schema_version = "v2"
  [log_collection_settings.metadata_collection]
    enabled = true
    include_fields = ["podLabels", "image"]
`
	return &corev1.ConfigMap{
		TypeMeta: Type("v1", "ConfigMap"),
		ObjectMeta: metav1.ObjectMeta{
			Name: "container-azm-ms-agentconfig", Namespace: "kube-system", Labels: Labels(site, SiteWide),
		},
		Data: map[string]string{
			"schema-version":               "v1",
			"config-version":               "v1",
			"log-data-collection-settings": settings,
		},
	}
}
