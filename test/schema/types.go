package main

import (
	"errors"
	"fmt"

	"golang.org/x/tools/go/packages"
	apiext "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-tools/pkg/crd"
	crdmarkers "sigs.k8s.io/controller-tools/pkg/crd/markers"
	"sigs.k8s.io/controller-tools/pkg/loader"
	"sigs.k8s.io/controller-tools/pkg/markers"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

const (
	apiPackage    = "./pkg/api/v1alpha1"
	limitsPackage = "./pkg/limits"
)

// types are the Go types of the API, with their schema.
type types struct {
	parser      *crd.Parser
	pkg, limits *loader.Package
	crd         apiext.CustomResourceDefinition
}

// load reads the Go types under root.
func load(root string) (*types, error) {
	loaded, err := loader.LoadRootsWithConfig(&packages.Config{Dir: root}, apiPackage, limitsPackage)
	if err != nil {
		return nil, err
	}
	registry := &markers.Registry{}
	if err := crdmarkers.Register(registry); err != nil {
		return nil, err
	}
	pkg, limits := loaded[0], loaded[1]
	parser := &crd.Parser{
		Collector: &markers.Collector{Registry: registry},
		Checker:   &loader.TypeChecker{},
	}
	crd.AddKnownTypes(parser)
	checkDurations(parser)
	parser.NeedPackage(pkg)
	parser.NeedPackage(limits)
	kind := schema.GroupKind{Group: v1alpha1.Group, Kind: v1alpha1.Kind}
	parser.NeedCRDFor(kind, nil)
	if loader.PrintErrors(loaded, packages.TypeError) {
		return nil, errors.New("the Go types cannot be read")
	}
	made, ok := parser.CustomResourceDefinitions[kind]
	if !ok {
		return nil, fmt.Errorf("%s has no kind %s", apiPackage, kind)
	}
	crd.FixTopLevelMetadata(made)
	return &types{parser: parser, pkg: pkg, limits: limits, crd: made}, nil
}

// checkDurations gives every metav1.Duration the pattern of what
// time.ParseDuration reads, without signs and with units: controller-tools takes
// any string.
func checkDurations(parser *crd.Parser) {
	const meta = "k8s.io/apimachinery/pkg/apis/meta/v1"
	known := parser.PackageOverrides[meta]
	parser.PackageOverrides[meta] = func(p *crd.Parser, pkg *loader.Package) {
		known(p, pkg)
		of := crd.TypeIdent{Name: "Duration", Package: pkg}
		duration := p.Schemata[of]
		duration.Pattern = `^([0-9]+(\.[0-9]+)?(h|m|s|ms|us|ns))+$`
		p.Schemata[of] = duration
	}
}

// schemaOf is the schema of a kind that no cluster knows.
func (t *types) schemaOf(pkg *loader.Package, kind string) *apiext.JSONSchemaProps {
	of := crd.TypeIdent{Package: pkg, Name: kind}
	t.parser.NeedFlattenedSchemaFor(of)
	props := t.parser.FlattenedSchemata[of]
	return &props
}

func top(crd *apiext.CustomResourceDefinition) *apiext.JSONSchemaProps {
	return crd.Spec.Versions[0].Schema.OpenAPIV3Schema
}

// spec is the schema of the field spec.
func spec(crd *apiext.CustomResourceDefinition) *apiext.JSONSchemaProps {
	props := top(crd).Properties["spec"]
	return &props
}
