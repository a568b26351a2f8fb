package generators

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// Custom is an object of an API whose own Go types would bring all of an
// operator along. Spec is a struct with the fields that we set, named and
// nested as that API has them; test/conformance holds them against the API.
type Custom[Spec any] struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`

	Spec Spec `json:"spec"`
}

// DeepCopyObject makes it a runtime.Object. The spec is shared: nothing changes
// an object after it was made.
func (c *Custom[Spec]) DeepCopyObject() runtime.Object {
	copied := *c
	c.DeepCopyInto(&copied.ObjectMeta)
	return &copied
}
