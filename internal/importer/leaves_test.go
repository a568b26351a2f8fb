package importer_test

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/importer"
	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// unseen are leaves that may change without a word, by a part of their path, and why.
var unseen = map[string]string{
	"apiVersion":                            "an object is the same in each version of its API",
	"HorizontalPodAutoscaler metadata.name": "only what it scales counts",
	"Ingress metadata.name":                 "only where it routes counts",
	"PodDisruptionBudget metadata.name":     "only what it selects counts",
	"PersistentVolumeClaim":                 "it is left out as a whole: the modules are in a bucket",
	"Deployment metadata.labels":            "they pick nothing",
	"spec.selector.matchLabels":             "it has to be the template's",
	"spec.replicas":                         "the autoscaler decides",
	"initContainers[0].":                    "left out as a whole",
	"containers[1].env":                     "left out as a whole",
	"containers[0].name":                    "a name",
	"ports[0].name":                         "a name",
	"ports[0].containerPort":                "ATHENS_PORT decides",
	"Probe.":                                "the probe differs as a whole",
	"volumeMounts[0].readOnly":              "Athens writes no credentials",
	"volumeMounts[3].mountPath":             "the claim is left out as a whole",
	"volumeMounts[4].mountPath":             "what is in it goes with the pod",
	"volumes[0].secret.defaultMode":         "the site mounts files with the right mode",
	"volumes[4].emptyDir.":                  "what is in it goes with the pod",
	"volumes[5].hostPath.type":              "left out as a whole",
	"Secret data":                           "a secret",
	"Service spec.ports[0].targetPort":      "it has to be Athens' port",
	"paths[0].pathType":                     "Prefix is the only one that serves modules; Exact is reported",
	"backend.service.port":                  "it has to be a port of the Service",
	"scaleTargetRef.apiVersion":             "the name and the kind decide",
	"target.type":                           "the metric is there under its own name",
	"metrics[0].type":                       "the metric is there under its own name",
	"metrics[1].type":                       "the metric is there under its own name",
	"ServiceMonitor spec.endpoints":         "left out as a whole",
	"ServiceMonitor metadata":               "left out as a whole",
	"NetworkPolicy spec.ingress":            "left out as a whole",
}

// Every leaf of a Deployment with much around it, changed alone, is in the site or in
// the report.
func TestFromObjects_ShowsEveryLeaf(t *testing.T) {
	content, err := os.ReadFile("testdata/golden/every-field/input.yaml")
	if err != nil {
		t.Fatal(err)
	}
	src := importer.Read([]source.File{{Name: "input.yaml", Content: content}})
	result := func() string {
		r, err := importer.FromObjects(src, importer.Options{})
		if err != nil {
			return err.Error()
		}
		var out bytes.Buffer
		r.Write(&out, true)
		return string(r.Site) + out.String()
	}
	before, leaves, used := result(), 0, map[string]bool{}
	var walk func(n *yaml.Node, kind string, at tree.Path)
	walk = func(n *yaml.Node, kind string, at tree.Path) {
		for key, v := range tree.Entries(n) {
			walk(v, kind, at.With(key))
		}
		if n.Kind != yaml.ScalarNode {
			return
		}
		leaves++
		was := n.Value
		switch b, err := strconv.ParseBool(was); {
		case err == nil && len(was) > 1:
			n.Value = strconv.FormatBool(!b)
		case n.Tag == "!!int":
			n.Value += "1"
		default:
			n.Value += "x"
		}
		silent := result() == before
		n.Value = was
		path := kind + " " + at.String()
		if !silent {
			return
		}
		for part := range unseen {
			if strings.Contains(path, part) {
				used[part], silent = true, false
			}
		}
		if silent {
			t.Errorf("%s: the site and the report stay the same", path)
		}
	}
	for _, o := range src.Objects {
		walk(o, tree.Text(o, "kind"), nil)
	}
	for part := range unseen {
		if !used[part] {
			t.Errorf("%s is seen: remove it from the list", part)
		}
	}
	if leaves < 200 {
		t.Errorf("%d leaves only", leaves)
	}
}
