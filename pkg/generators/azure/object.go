// Package azure makes the Azure resources of a site as objects of Azure
// Service Operator v2. The types are its own, cut down to the fields that are
// written: the operator's module is larger than everything else this program
// links. testdata/aso.txt says what the operator knows, and a test holds every
// path that is written against it.
package azure

import (
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// kind is an API of the operator and a kind in it.
type kind struct{ group, version, name string }

// of makes an object of a kind in the namespace of the site, where the
// operator looks for what owns it and writes its ConfigMaps and Secrets.
func of[S any](site *v1alpha1.AthensSite, k kind, name string, spec S) generators.Object {
	return &generators.Custom[S]{
		TypeMeta:   generators.Type(k.group+"/"+k.version, k.name),
		ObjectMeta: generators.Meta(site, name, generators.SiteWide),
		Spec:       spec,
	}
}

// kept makes the operator forget a resource whose object is deleted, and not
// delete it: modules and clusters outlive a manifest.
func kept(o generators.Object) generators.Object {
	o.SetAnnotations(map[string]string{"serviceoperator.azure.com/reconcile-policy": "detach-on-delete"})
	return o
}

// owner is what a resource lies in: an object of the same namespace, or a
// resource that no object represents.
type owner struct {
	Name  string `json:"name,omitempty"`
	ARMID string `json:"armId,omitempty"`
}

// in is the owner that is an object.
func in(name string) owner { return owner{Name: name} }

// reference names a resource in a field: by object, or by ID.
type reference struct {
	Reference target `json:"reference"`
}

type target struct {
	Group string `json:"group,omitempty"`
	Kind  string `json:"kind,omitempty"`
	Name  string `json:"name,omitempty"`
	ARMID string `json:"armId,omitempty"`
}

// to refers to an object of a kind.
func to(k kind, name string) reference {
	return reference{target{Group: k.group, Kind: k.name, Name: name}}
}

// operatorSpec says what the operator writes into the cluster.
type operatorSpec struct {
	ConfigMapExpressions []expression `json:"configMapExpressions,omitempty"`
	SecretExpressions    []expression `json:"secretExpressions,omitempty"`
}

// expression is a CEL expression and where its value goes.
type expression struct {
	Name  string `json:"name"`
	Key   string `json:"key"`
	Value string `json:"value"`
}

// Plain is a name of letters and digits alone, as some of Azure's have to be.
// Names of sites begin with a letter.
func Plain(name string) string {
	return strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			return c
		}
		return -1
	}, name)
}
