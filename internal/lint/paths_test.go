package lint

import (
	"go/ast"
	"reflect"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/limits"
)

// rulePackages have the rules of every kind.
var rulePackages = []string{"../../pkg/api/v1alpha1", "../../pkg/limits"}

// subjects are the kinds whose paths a rule means, by the type of its receiver.
var subjects = map[string]reflect.Type{
	"rules": site, "checks": site, "together": site, "limited": site, "AthensSite": site,
	"MeshReferences": reflect.TypeFor[v1alpha1.MeshReferences](),
	"MeshEnrolment":  reflect.TypeFor[v1alpha1.MeshEnrolment](),
	"AthensLimits":   reflect.TypeFor[limits.AthensLimits](),
}

var site = reflect.TypeFor[v1alpha1.AthensSite]()

// TestRules_NameFieldsThatExist computes, from the source of the rules, every
// path that they may hand to a problem or ask about, and looks each up in the
// Go types. An expression that it cannot follow is a failure too.
func TestRules_NameFieldsThatExist(t *testing.T) {
	found := 0
	for _, dir := range rulePackages {
		p := readRules(t, dir)
		for grown := true; grown; {
			grown = false
			p.use = func(*ast.CallExpr, *ruleFunc, []string) {}
			for _, f := range p.funcs {
				grown = p.follow(f) || grown
			}
		}
		p.use = func(call *ast.CallExpr, in *ruleFunc, paths []string) {
			if paths == nil {
				t.Errorf("%s: the path cannot be followed", p.files.Position(call.Pos()))
			}
			for _, path := range paths {
				kind, path, tagged := strings.Cut(path, ":")
				if !tagged {
					kind, path = in.receiver, kind
				}
				if found++; strict.TypeAt(subjects[kind], path) == nil {
					t.Errorf("%s: %s has no field %s", p.files.Position(call.Pos()), subjects[kind].Name(), path)
				}
			}
		}
		for _, f := range p.funcs {
			p.follow(f)
		}
	}
	if found < 500 {
		t.Errorf("only %d paths: this test proves little", found)
	}
}
