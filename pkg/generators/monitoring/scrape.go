// Package monitoring makes what watches a site: the scraping of its pods, the
// rules that say whether its service level is in danger, and the dashboard.
// Like package generators it is pure and total; without spec.metrics every
// function returns nil.
package monitoring

import (
	"strconv"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// PodMonitor is the Prometheus Operator's; Azure Monitor's has the same fields.
type PodMonitor = generators.Custom[podMonitorSpec]

// podMonitorSpec says which pods are scraped, and how.
type podMonitorSpec struct {
	Selector            metav1.LabelSelector `json:"selector"`
	PodMetricsEndpoints []podMetricsEndpoint `json:"podMetricsEndpoints"`
}

// podMetricsEndpoint is one port of the pods.
type podMetricsEndpoint struct {
	Port        string        `json:"port"`
	Path        string        `json:"path"`
	Interval    string        `json:"interval"`
	BasicAuth   *basicAuthRef `json:"basicAuth,omitempty"`
	Relabelings []relabeling  `json:"relabelings,omitempty"`
}

// basicAuthRef names the keys of a Secret.
type basicAuthRef struct {
	Username corev1.SecretKeySelector `json:"username"`
	Password corev1.SecretKeySelector `json:"password"`
}

// relabeling changes a target before it is scraped.
type relabeling struct {
	// Action is written out: both CRDs default it inside the list, where a
	// client-side apply sees a change on every run.
	Action       string   `json:"action"`
	SourceLabels []string `json:"sourceLabels"`
	Regex        string   `json:"regex"`
	TargetLabel  string   `json:"targetLabel"`
	Replacement  string   `json:"replacement"`
}

// groups are the APIs of PodMonitor by metrics.operator.
func groups() map[string]string {
	return map[string]string{
		v1alpha1.OperatorPrometheus:   "monitoring.coreos.com/v1",
		v1alpha1.OperatorAzureManaged: "azmonitoring.coreos.com/v1",
	}
}

// Scrape is the PodMonitor of all pods of the site: each has one port of the
// same name.
func Scrape(site *v1alpha1.AthensSite) []generators.Object {
	m := site.Spec.Metrics
	if m == nil || m.Operator == v1alpha1.OperatorNone {
		return nil
	}
	return []generators.Object{&PodMonitor{
		TypeMeta:   generators.Type(groups()[m.Operator], "PodMonitor"),
		ObjectMeta: meta(site, site.Name, m.Labels),
		Spec: podMonitorSpec{
			Selector: metav1.LabelSelector{
				MatchLabels: map[string]string{generators.SiteLabel: generators.Owner(site)},
			},
			PodMetricsEndpoints: []podMetricsEndpoint{endpoint(site)},
		},
	}}
}

// endpoint is the program's own port or, in a mesh, the sidecar's beside it.
// Strict mTLS and the policies close the program's port to Prometheus, and it
// stays closed: the sidecar fetches the program's metrics inside the pod and
// serves them together with Envoy's, as plain text and for reading only.
func endpoint(site *v1alpha1.AthensSite) podMetricsEndpoint {
	e := podMetricsEndpoint{
		Port:     generators.PortName,
		Path:     "/metrics",
		Interval: strconv.Itoa(int(site.Spec.Metrics.Interval.Seconds())) + "s",
	}
	if generators.Meshed(site) {
		e.Path = "/stats/prometheus"
		e.Relabelings = []relabeling{{
			Action:       "replace",
			SourceLabels: []string{"__address__"},
			Regex:        `(.+):\d+`,
			TargetLabel:  "__address__",
			Replacement:  "$1:" + strconv.Itoa(generators.MergedMetricsPort),
		}}
		return e
	}
	if auth := site.Spec.Athens.BasicAuth; auth != nil {
		ref := &auth.SecretRef
		e.BasicAuth = &basicAuthRef{Username: key(ref.Name, ref.Keys.Username), Password: key(ref.Name, ref.Keys.Password)}
	}
	return e
}

func key(secret, key string) corev1.SecretKeySelector {
	return corev1.SecretKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: secret}, Key: key}
}

// meta is the metadata of the objects that Prometheus selects by labels of the spec. Our own
// labels win: they say whose the object is.
func meta(site *v1alpha1.AthensSite, name string, labels map[string]string) metav1.ObjectMeta {
	out := generators.Meta(site, name, generators.SiteWide)
	for key, value := range labels {
		_, inherited := site.Spec.InheritedMetadata.Labels[key]
		if _, ours := out.Labels[key]; inherited || !ours {
			out.Labels[key] = value
		}
	}
	return out
}
