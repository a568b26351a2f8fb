package krm

import (
	"errors"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// misspelt is why something that is not an AthensSite looks as if it was meant as
// one; none if it does not. Left out, everything of that site would be deleted.
func misspelt(obj *yaml.Node) []error {
	obj = tree.Deref(obj)
	switch {
	case obj.Kind == yaml.SequenceNode:
		return meantInside(obj, "this document is a list, which has an AthensSite in it: write the AthensSite as a document of its own")
	case obj.Kind != yaml.MappingNode || IDOf(obj).Group == v1alpha1.Group && tree.Text(obj, "kind") != "":
		return nil
	case tree.Text(obj, "kind") == "" && !looksMeant(obj):
		return meantInside(tree.Get(obj, "items"), "is in the list of an object without a kind: write kind: List there, or the AthensSite as a document of its own")
	case !looksMeant(obj):
		return nil
	}
	return []error{errors.New(quote.Sprintf("line %d: %s", obj.Line, quote.Said(wrongHead(obj))))}
}

// wrongHead is what to correct in the head of an object that looks like a site.
func wrongHead(obj *yaml.Node) string {
	for _, key := range []string{"apiVersion", "kind"} {
		for k := range tree.Entries(obj) {
			if k != key && strings.EqualFold(k, key) && !tree.Has(obj, key) {
				return quote.Sprintf("%s: this key of an AthensSite is misspelt: write %s", k, key)
			}
		}
	}
	if was := tree.Text(obj, "apiVersion"); was != "" && tree.Text(obj, "kind") != "" {
		return quote.Sprintf("apiVersion: is %s, and an AthensSite has another: write %s", quote.Value(was), v1alpha1.APIVersion)
	}
	return quote.Sprintf("an AthensSite needs both apiVersion: %s and kind: %s", v1alpha1.APIVersion, v1alpha1.Kind)
}

// looksMeant says whether the head of an object has the kind or the API of a
// site, however its keys are written.
func looksMeant(obj *yaml.Node) bool {
	for key, v := range tree.Entries(obj) {
		switch value := tree.Text(v); {
		case strings.EqualFold(key, "kind") && strings.EqualFold(value, v1alpha1.Kind),
			strings.EqualFold(key, "apiVersion") && strings.HasPrefix(value, v1alpha1.Group+"/"):
			return true
		}
	}
	return false
}

// meantInside finds entries of a list that look like sites.
func meantInside(list *yaml.Node, message string) (problems []error) {
	if list == nil || list.Kind != yaml.SequenceNode {
		return nil
	}
	for i, entry := range list.Content {
		if looksMeant(entry) && len(problems) < MaxProblems {
			problems = append(problems, errors.New(quote.Sprintf("line %d: [%d]: %s", entry.Line, i, quote.Said(message))))
		}
	}
	return problems
}
