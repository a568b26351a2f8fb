package conformance

import (
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
)

// operatorKinds are the kinds of operators: by the CRDs that their own modules hold or
// generate and, where a module is not to be had or brings a whole cloud along, by what
// testdata/operators.yaml says.
var operatorKinds = sync.OnceValues(func() (kinds, error) {
	out := kinds{}
	for _, read := range []func() ([]*apiextensions.CustomResourceDefinition, error){
		func() ([]*apiextensions.CustomResourceDefinition, error) {
			return readCRDs("testdata/operators.yaml")
		},
		func() ([]*apiextensions.CustomResourceDefinition, error) {
			return readModuleCRDs("github.com/cert-manager/cert-manager", "deploy/crds/cert-manager.io_certificates.yaml")
		},
		func() ([]*apiextensions.CustomResourceDefinition, error) {
			return readModuleCRDs("github.com/kedacore/keda/v2", "config/crd/bases/keda.sh_scaledobjects.yaml")
		},
		prometheusCRDs,
	} {
		some, err := newKinds(read())
		if err != nil {
			return nil, err
		}
		maps.Copy(out, some)
	}
	return out, nil
})

// readModuleCRDs reads a file of CRDs in a module.
func readModuleCRDs(module, file string) ([]*apiextensions.CustomResourceDefinition, error) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", module, err)
	}
	return readCRDs(filepath.Join(strings.TrimSpace(string(dir)), file))
}

// prometheusCRDs are those that the Prometheus Operator's project generates from its
// types, with the same program: the module of the types holds no CRDs. Azure Monitor's
// add-on generates its PodMonitor from them too, in a group of its own
// (github.com/Azure/prometheus-collector at 39583fd50 of 2026-07-21,
// otelcollector/deploy/addon-chart/.../ama-metrics-podmonitor-crd.yaml).
func prometheusCRDs() ([]*apiextensions.CustomResourceDefinition, error) {
	const types = "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	text, err := exec.Command("go", "tool", "controller-gen", "crd", "paths="+types, "output:crd:stdout").Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", types, err)
	}
	all, err := parseCRDs(text)
	if err != nil {
		return nil, err
	}
	var out []*apiextensions.CustomResourceDefinition
	for _, crd := range all {
		switch crd.Spec.Names.Kind {
		case "PodMonitor":
			azures := crd.DeepCopy()
			azures.Spec.Group = "azmonitoring.coreos.com"
			out = append(out, crd, azures)
		case "PrometheusRule":
			out = append(out, crd)
		}
	}
	return out, nil
}

// checkOperator holds an object against its CRD; known is false for a kind that no
// operator has.
func checkOperator(t *testing.T, o object) (lines []string, known bool) {
	all, err := operatorKinds()
	if err != nil {
		t.Fatal(err)
	}
	if _, known = all[o.GroupVersionKind()]; !known {
		return nil, false
	}
	return all.check(o), true
}

// isAzure says whether an object is of Azure Service Operator, whose fields a
// test beside their generator knows.
func isAzure(o object) bool { return strings.HasSuffix(o.GroupVersionKind().Group, ".azure.com") }
