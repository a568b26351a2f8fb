package generators

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// filelog reads the files of the site's containers.
type filelog struct {
	Include         []string          `json:"include"`
	IncludeFilePath bool              `json:"include_file_path"`
	Resource        map[string]string `json:"resource"`
	Storage         string            `json:"storage"`
	Operators       []logOperator     `json:"operators"`
}

// logOperator is a step that every line takes.
type logOperator struct {
	Type      string `json:"type"`
	If        string `json:"if,omitempty"`
	From      string `json:"from,omitempty"`
	To        string `json:"to,omitempty"`
	ParseFrom string `json:"parse_from,omitempty"`
	ParseTo   string `json:"parse_to,omitempty"`
	Regex     string `json:"regex,omitempty"`
	OnError   string `json:"on_error,omitempty"`
}

// collectorID is the user and the group of the collector's images (their
// Dockerfile's USER).
const collectorID = 10001

// podLogs is where kubelets keep the logs of pods, in a directory for each:
// <namespace>_<pod>_<uid>.
const podLogs = "/var/log/pods"

// positions is where the collector remembers how far it has read each file. It is
// gone with the pod, since no directory of a node is writable for its user: a
// restart of the container loses no line, and the replacement of the pod those that
// are written meanwhile.
const positions = "/var/lib/otelcol/positions"

// requestPath finds module and version in a path of the GOPROXY protocol.
const requestPath = `^/(?P<module>.+)/@(?:v/(?P<version>.+)\.(?:info|mod|zip)|v/list|latest)`

// logCollector reads what the site's containers write, takes JSON apart and
// gives lines about requests the same fields, no matter which program wrote them: Envoy says
// path and response_code, Athens http-path and http-status.
func logCollector(site *v1alpha1.AthensSite) Object {
	from := site.Spec.Logs.OpenTelemetry
	operators := []logOperator{
		{Type: "container"},
		{Type: "json_parser", If: `body matches "^{"`, ParseFrom: "body", ParseTo: "attributes", OnError: "send_quiet"},
	}
	for _, fields := range [][2]string{{"path", "response_code"}, {"http-path", "http-status"}} {
		path, status := `attributes["`+fields[0]+`"]`, `attributes["`+fields[1]+`"]`
		operators = append(operators,
			logOperator{Type: "regex_parser", If: path + " != nil", ParseFrom: path, ParseTo: "attributes", Regex: requestPath, OnError: "send_quiet"},
			logOperator{Type: "copy", If: status + " != nil", From: status, To: `attributes["result"]`})
	}
	security := runAs(collectorID)
	// Containerd writes logs as root, for root's group to read (0640).
	security.SupplementalGroups = []int64{0}
	const storage = "file_storage"
	limit := resource.MustParse("64Mi")
	mounts := []mount{
		mounted("logs", podLogs, true, corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: podLogs}}),
		emptyDir("positions", positions, &limit),
	}
	var tolerations []corev1.Toleration // it runs where the programs do
	for _, program := range []string{Athens, Lathens, Crathens} {
		for _, t := range PodsOf(site, program).Tolerations {
			if !slices.ContainsFunc(tolerations, func(o corev1.Toleration) bool { return o.MatchToleration(&t) }) {
				tolerations = append(tolerations, t)
			}
		}
	}
	return collector(site, SharedName(site, "logs"), from.Namespace, "logs", collectorSpec{
		Tolerations:        tolerations,
		Mode:               "daemonset",
		Image:              from.Image,
		PodSecurityContext: security,
		SecurityContext:    unprivileged(),
		Resources:          *from.Resources,
		VolumeMounts:       volumeMounts(mounts),
		Volumes:            volumes(mounts),
		Config: collectorConfig{
			Receivers: receivers{Filelog: &filelog{
				Include:         []string{podLogs + "/" + site.Namespace + "_*/*/*.log"},
				IncludeFilePath: true,
				Resource:        siteAttributes(site),
				Storage:         storage,
				Operators:       operators,
			}},
			Exporters:  exportTo(&from.Exporter),
			Extensions: &extensions{fileStorage{positions}},
			Service:    collectorService{Extensions: []string{storage}},
		},
	}, "filelog")
}
