package diff

import (
	"encoding/json"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// anyValue is one that the API server, a controller or the admission chooses.
const anyValue = "*"

// Paths to the pods of workloads, without the positions in lists.
const (
	template = "spec.template."
	jobs     = "spec.jobTemplate.spec.template."
)

// podDefaults are the fields of pods that the API server fills in, below the
// template, with their values.
var podDefaults = map[string]string{
	"metadata.creationTimestamp":           "null",
	"spec.restartPolicy":                   "Always",
	"spec.dnsPolicy":                       "ClusterFirst",
	"spec.schedulerName":                   "default-scheduler",
	"spec.terminationGracePeriodSeconds":   "30",
	"spec.securityContext":                 "{}",
	"spec.enableServiceLinks":              "true",
	"spec.serviceAccount":                  anyValue, // that of serviceAccountName
	"spec.volumes.configMap.defaultMode":   "420",
	"spec.volumes.secret.defaultMode":      "420",
	"spec.volumes.projected.defaultMode":   "420",
	"spec.volumes.downwardAPI.defaultMode": "420",
	"spec.volumes.projected.sources.serviceAccountToken.expirationSeconds": "3600",
	"spec.volumes.hostPath.type": "",
}

// containerDefaults are those of containers.
var containerDefaults = map[string]string{
	"terminationMessagePath":                 "/dev/termination-log",
	"terminationMessagePolicy":               "File",
	"imagePullPolicy":                        anyValue, // by the tag of the image
	"resources":                              "{}",
	"ports.protocol":                         "TCP",
	"env.valueFrom.fieldRef.apiVersion":      "v1",
	"env.valueFrom.resourceFieldRef.divisor": "0",
	"lifecycle.preStop.httpGet.scheme":       "HTTP",
	"lifecycle.postStart.httpGet.scheme":     "HTTP",
	"livenessProbe.httpGet.scheme":           "HTTP",
	"livenessProbe.timeoutSeconds":           "1",
	"livenessProbe.periodSeconds":            "10",
	"livenessProbe.successThreshold":         "1",
	"livenessProbe.failureThreshold":         "3",
	"livenessProbe.grpc.service":             "",
}

// defaults are the fields that the API server and controllers fill in, by kind: an
// unset field that has this value is not a change. The values are those of
// k8s.io/kubernetes' pkg/apis/*/v1/defaults.go; test/conformance runs them.
var defaults = map[string]map[string]string{
	"Namespace": {"spec": "{}", "spec.finalizers": anyValue, `metadata.labels["kubernetes.io/metadata.name"]`: anyValue},
	"Service": {
		"spec.type": "ClusterIP", "spec.sessionAffinity": "None", "spec.internalTrafficPolicy": "Cluster",
		"spec.externalTrafficPolicy": "Cluster", "spec.allocateLoadBalancerNodePorts": "true",
		"spec.clusterIP": anyValue, "spec.clusterIPs": anyValue, "spec.ipFamilies": anyValue, "spec.ipFamilyPolicy": "SingleStack",
		"spec.healthCheckNodePort": anyValue,
		"spec.ports.protocol":      "TCP", "spec.ports.nodePort": anyValue,
	},
	"Secret":         {"type": "Opaque"},
	"ServiceAccount": {"secrets": anyValue},
	"PersistentVolumeClaim": {
		"spec.volumeMode": "Filesystem", "spec.volumeName": anyValue, "spec.storageClassName": anyValue, "metadata.finalizers": anyValue,
		`metadata.annotations["pv.kubernetes.io/bind-completed"]`:               "yes",
		`metadata.annotations["pv.kubernetes.io/bound-by-controller"]`:          "yes",
		`metadata.annotations["volume.kubernetes.io/storage-provisioner"]`:      anyValue,
		`metadata.annotations["volume.kubernetes.io/selected-node"]`:            anyValue,
		`metadata.annotations["volume.beta.kubernetes.io/storage-provisioner"]`: anyValue,
	},
	"Deployment": {
		"spec.replicas": "1", "spec.revisionHistoryLimit": "10", "spec.progressDeadlineSeconds": "600",
		"spec.strategy.type": "RollingUpdate", "spec.strategy.rollingUpdate.maxSurge": "25%", "spec.strategy.rollingUpdate.maxUnavailable": "25%",
	},
	"CronJob": {
		"spec.concurrencyPolicy": "Allow", "spec.suspend": "false", "spec.successfulJobsHistoryLimit": "3", "spec.failedJobsHistoryLimit": "1",
		"spec.jobTemplate.metadata": "{}", "spec.jobTemplate.metadata.creationTimestamp": "null",
	},
	"HorizontalPodAutoscaler": {
		"spec.minReplicas": "1", "spec.behavior.scaleUp.selectPolicy": "Max", "spec.behavior.scaleDown.selectPolicy": "Max",
		"spec.behavior.scaleUp.policies":                   `[{"periodSeconds":15,"type":"Pods","value":4},{"periodSeconds":15,"type":"Percent","value":100}]`,
		"spec.behavior.scaleDown.policies":                 `[{"periodSeconds":15,"type":"Percent","value":100}]`,
		"spec.behavior.scaleUp.stabilizationWindowSeconds": "0",
	},
	"NetworkPolicy": {"spec.ingress.ports.protocol": "TCP", "spec.egress.ports.protocol": "TCP"},
	"ExternalSecret": {
		"spec.target.creationPolicy": "Owner", "spec.target.deletionPolicy": "Retain", "spec.refreshInterval": "1h",
		"spec.data.remoteRef.conversionStrategy": "Default", "spec.data.remoteRef.decodingStrategy": "None", "spec.data.remoteRef.metadataPolicy": "None",
	},
}

// defaultOf is the value that the API server writes into a field of an object; not
// found for one that it leaves alone.
func defaultOf(kind, field string) (value string, found bool) {
	if value, found = defaults[kind][field]; found {
		return value, true
	}
	pod, is := strings.CutPrefix(field, template)
	if kind == "CronJob" {
		pod, is = strings.CutPrefix(field, jobs)
	}
	if !is {
		return "", false
	}
	for _, list := range []string{"spec.containers.", "spec.initContainers."} {
		if in, is := strings.CutPrefix(pod, list); is {
			for _, probe := range []string{"readinessProbe.", "startupProbe."} {
				if rest, is := strings.CutPrefix(in, probe); is {
					in = "livenessProbe." + rest
				}
			}
			value, found = containerDefaults[in]
			return value, found
		}
	}
	value, found = podDefaults[pod]
	return value, found
}

// undefaulted is a live object without the defaults that the API server filled in
// where the other state has nothing. A Deployment's number of pods is the
// autoscaler's where there is one.
func (c *comparison) undefaulted(old *Object, now *yaml.Node) *yaml.Node {
	out := tree.Clone(now)
	if old.Kind == "Deployment" && tree.Get(old.tree, "spec", "replicas") == nil && c.scaled(old) {
		tree.Remove(tree.Get(out, "spec"), "replicas")
	}
	strip(old.Kind, nil, old.tree, out)
	return out
}

// scaled says whether an autoscaler of the old state sets the pods of a Deployment.
func (c *comparison) scaled(o *Object) bool {
	return slices.ContainsFunc(c.old, func(a Object) bool {
		return a.Namespace == o.Namespace && tree.Text(a.tree, "spec", "scaleTargetRef", "name") == o.Name
	})
}

// strip removes the defaults from a value where the other one has nothing. The path
// is without positions in lists.
func strip(kind string, path tree.Path, old, now *yaml.Node) {
	for _, key := range keys(now) {
		at, v, was := path.With(key), tree.Get(now, key), tree.Get(old, key)
		if was == nil && isDefault(kind, at, v) {
			tree.Remove(now, key)
			continue
		}
		switch {
		case isMap(v):
			filled := was == nil && len(v.Content) > 0
			if strip(kind, at, was, v); filled && len(v.Content) == 0 {
				tree.Remove(now, key)
			}
		case v.Kind == yaml.SequenceNode:
			for i, item := range v.Content {
				strip(kind, at, like(item, i, was), item)
			}
		}
	}
}

// like is the item of another list with the same name, or else the same place.
func like(item *yaml.Node, i int, list *yaml.Node) *yaml.Node {
	name := tree.Text(item, "name")
	for j, other := range tree.Items(list) {
		if name != "" && tree.Text(other, "name") == name || name == "" && i == j {
			return other
		}
	}
	return nil
}

func isDefault(kind string, at tree.Path, v *yaml.Node) bool {
	value, found := defaultOf(kind, at.String())
	switch {
	case !found:
		return false
	case value == anyValue:
		return v.Value != "None" && v.Value != "Never" // a Service without an address, images that are not pulled
	case v.Kind == yaml.ScalarNode:
		return v.Value == value
	}
	plain, err := krm.Value(v)
	if err != nil {
		return false
	}
	text, err := json.Marshal(plain)
	return err == nil && string(text) == value
}
