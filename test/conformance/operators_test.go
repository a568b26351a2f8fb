package conformance

import (
	"strings"
	"sync"
	"testing"
)

// operatorKinds are the kinds of operators whose modules are not to be had, or
// bring a whole cloud along: what testdata/operators.yaml says of them.
var operatorKinds = sync.OnceValues(func() (kinds, error) {
	return newKinds(readCRDs("testdata/operators.yaml"))
})

// checkOperator holds an object against what is written down of its CRD; known
// is false for a kind that is not there.
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
