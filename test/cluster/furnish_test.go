package cluster

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// nodes are those of the cluster: three zones, as a cloud has them.
const nodes = 3

// furnish puts into an empty cluster what every site may use: nodes, a default
// storage class, and the CRDs of Istio, of this project and of operators.
func furnish() error {
	var objects []string
	for i := range nodes {
		objects = append(objects, fmt.Sprintf(`apiVersion: v1
kind: Node
metadata:
  name: node-%[1]d
  labels: {kubernetes.io/os: linux, kubernetes.io/arch: amd64, kubernetes.io/hostname: node-%[1]d, topology.kubernetes.io/zone: zone-%[1]d, topology.kubernetes.io/region: test}
status:
  allocatable: {cpu: "64", memory: 256Gi, pods: "250", ephemeral-storage: 1Ti}
  capacity: {cpu: "64", memory: 256Gi, pods: "250", ephemeral-storage: 1Ti}
`, i))
	}
	kwok, err := module(".", "sigs.k8s.io/kwok")
	if err != nil {
		return err
	}
	istio, err := module("../conformance", "istio.io/api")
	if err != nil {
		return err
	}
	keda, err := downloaded("github.com/kedacore/keda/v2@v2.21.0")
	if err != nil {
		return err
	}
	prometheus, err := downloaded("github.com/prometheus-operator/prometheus-operator@v0.85.0")
	if err != nil {
		return err
	}
	podMonitor := filepath.Join(prometheus, "example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml")
	for _, file := range []string{
		filepath.Join(keda, "config/crd/bases/keda.sh_scaledobjects.yaml"),
		filepath.Join(keda, "config/crd/bases/keda.sh_triggerauthentications.yaml"),
		podMonitor,
		filepath.Join(prometheus, "example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml"),
		filepath.Join(kwok, "kustomize/stage/volume/fast/storage-class.yaml"),
		filepath.Join(istio, "kubernetes/customresourcedefinitions.gen.yaml"),
		filepath.Join(root, "pkg/api/v1alpha1/schema/crd.yaml"),
		filepath.Join(root, "test/conformance/testdata/operators.yaml"),
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		objects = append(objects, string(text))
		if file == podMonitor { // Azure Monitor's differs in its group
			objects = append(objects, strings.ReplaceAll(string(text), "monitoring.coreos.com", "azmonitoring.coreos.com"))
		}
	}
	azure, err := azureKinds()
	if err != nil {
		return err
	}
	objects = append(objects, azure...)
	// Server-side, because a CRD may be too long for the annotation of an apply.
	_, err = answer(strings.Join(objects, "\n---\n"), "kubectl", "apply", "--server-side", "-f", "-")
	return err
}

// azureKinds are CRDs of the kinds of Azure Service Operator that sites have. They
// take any field: a test next to their generator knows those.
func azureKinds() (out []string, err error) {
	text, err := os.ReadFile(filepath.Join(root, "pkg/generators/azure/testdata/aso.txt"))
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) != 2 || !strings.Contains(words[0], ".azure.com/") {
			continue
		}
		group, version, _ := strings.Cut(words[0], "/")
		singular := strings.ToLower(words[1])
		plural := singular + "s"
		if stem, y := strings.CutSuffix(singular, "y"); y {
			plural = stem + "ies"
		}
		out = append(out, fmt.Sprintf(`apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: %[5]s.%[1]s}
spec:
  group: %[1]s
  scope: Namespaced
  names: {kind: %[3]s, plural: %[5]s, singular: %[2]s}
  versions: [{name: %[4]s, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
`, group, singular, words[1], version, plural))
	}
	if len(out) == 0 {
		return nil, errors.New("aso.txt names no kinds")
	}
	return out, nil
}

// module is the folder of a module that the go.mod of a folder requires.
func module(dir, path string) (string, error) {
	out, err := exec.Command("go", "-C", dir, "list", "-m", "-f", "{{.Dir}}", path).Output()
	return strings.TrimSpace(string(out)), err
}

// downloaded is the folder of a module that has CRDs, and whose code nothing here
// needs.
func downloaded(at string) (string, error) {
	out, err := exec.Command("go", "mod", "download", "-json", at).Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s", at, err, out)
	}
	var m struct{ Dir string }
	return m.Dir, json.Unmarshal(out, &m)
}

// kwokStages are the lives of nodes, pods and claims that kwok itself ships.
func kwokStages() (string, error) {
	kwok, err := module(".", "sigs.k8s.io/kwok")
	if err != nil {
		return "", err
	}
	var out []string
	for _, folder := range []string{"node/fast", "node/heartbeat-with-lease", "pod/fast", "volume/fast"} {
		files, err := filepath.Glob(filepath.Join(kwok, "kustomize/stage", folder, "*.yaml"))
		if err != nil {
			return "", err
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return "", err
			}
			if strings.Contains(string(text), "\nkind: Stage\n") {
				out = append(out, string(text))
			}
		}
	}
	if len(out) == 0 {
		return "", fmt.Errorf("no stages in %s", kwok)
	}
	return strings.Join(out, "---\n"), nil
}
