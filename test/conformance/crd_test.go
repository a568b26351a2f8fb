package conformance

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/install"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apiextensions-apiserver/pkg/registry/customresource"
	"k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured/unstructuredscheme"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	yamlutil "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/apiserver/pkg/registry/rest"
)

var crdScheme = sync.OnceValue(func() *runtime.Scheme {
	scheme := runtime.NewScheme()
	install.Install(scheme)
	return scheme
})

// kinds are the custom resources of CRDs, each ready to be checked.
type kinds map[schema.GroupVersionKind]kind

type kind struct {
	schema   *structural.Structural
	strategy rest.RESTCreateStrategy
}

// readCRDs reads a file of CRDs, strictly.
func readCRDs(file string) ([]*apiextensions.CustomResourceDefinition, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return parseCRDs(data)
}

func parseCRDs(data []byte) ([]*apiextensions.CustomResourceDefinition, error) {
	codecs := serializer.NewCodecFactory(crdScheme(), serializer.EnableStrict)
	decoder := codecs.UniversalDecoder(apiextensions.SchemeGroupVersion)
	documents := yamlutil.NewYAMLReader(bufio.NewReader(bytes.NewReader(data)))
	var crds []*apiextensions.CustomResourceDefinition
	for {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return crds, nil
		}
		if err != nil {
			return nil, err
		}
		if len(bytes.TrimSpace(document)) == 0 {
			continue // a generator's file begins with ---
		}
		obj, _, err := decoder.Decode(document, nil, nil)
		if err != nil {
			return nil, err
		}
		crd, ok := obj.(*apiextensions.CustomResourceDefinition)
		if !ok {
			return nil, fmt.Errorf("%T is not a CustomResourceDefinition", obj)
		}
		crds = append(crds, crd)
	}
}

// checkCRD says what the API server has against a CRD.
func checkCRD(crd *apiextensions.CustomResourceDefinition) []string {
	return create(customresourcedefinition.NewStrategy(crdScheme()),
		apiextensionsv1.SchemeGroupVersion.WithKind("CustomResourceDefinition"), crd.DeepCopy())
}

// newKinds compiles the schemas and CEL rules of the served versions. It takes
// the error of reading them too.
func newKinds(crds []*apiextensions.CustomResourceDefinition, err error) (kinds, error) {
	if err != nil {
		return nil, err
	}
	all := kinds{}
	for _, crd := range crds {
		for _, version := range crd.Spec.Versions {
			gvk := schema.GroupVersionKind{Group: crd.Spec.Group, Version: version.Name, Kind: crd.Spec.Names.Kind}
			props, err := apiextensions.GetSchemaForVersion(crd, version.Name)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", gvk, err)
			}
			s, err := structural.NewStructural(props.OpenAPIV3Schema)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", gvk, err)
			}
			validator, _, err := validation.NewSchemaValidator(props.OpenAPIV3Schema)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", gvk, err)
			}
			namespaced := crd.Spec.Scope == apiextensions.NamespaceScoped
			all[gvk] = kind{s, customresource.NewStrategy(unstructuredscheme.NewUnstructuredObjectTyper(),
				namespaced, gvk, validator, nil, s, nil, nil, nil)}
		}
	}
	return all, nil
}

// check says what the API server has against a custom resource. Unknown
// fields, which it would drop silently, are problems here.
func (k kinds) check(o object) []string {
	gvk := o.GroupVersionKind()
	known, ok := k[gvk]
	if !ok {
		return []string{"no CRD has this apiVersion and kind"}
	}
	obj := o.DeepCopy()
	var lines []string
	for _, path := range pruning.PruneWithOptions(obj.Object, known.schema, true,
		structural.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}) {
		lines = append(lines, path+": unknown field")
	}
	defaulting.PruneNonNullableNullsWithoutDefaults(obj.Object, known.schema)
	defaulting.Default(obj.Object, known.schema)
	return append(lines, create(known.strategy, gvk, obj)...)
}
