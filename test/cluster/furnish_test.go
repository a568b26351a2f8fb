package cluster

import (
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
	for _, file := range []string{
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
	}
	// Server-side, because a CRD may be too long for the annotation of an apply.
	_, err = answer(strings.Join(objects, "\n---\n"), "kubectl", "apply", "--server-side", "-f", "-")
	return err
}

// module is the folder of a module that the go.mod of a folder requires.
func module(dir, path string) (string, error) {
	out, err := exec.Command("go", "-C", dir, "list", "-m", "-f", "{{.Dir}}", path).Output()
	return strings.TrimSpace(string(out)), err
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
