package strict_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/spectest"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// A document that nests, or whose aliases expand, as far as a bound is read; one
// more is refused with the bound. The site is level 0 of both documents.
func TestBounds_OfShape(t *testing.T) {
	for name, c := range map[string]struct {
		text func(more int) string
		want string
	}{
		"depth": {func(more int) string {
			lists := strict.MaxDepth - 1 + more // spec is level 1
			return strings.Repeat("[", lists) + strings.Repeat("]", lists)
		}, "is nested more than 100 levels deep"},
		"aliases": {func(more int) string {
			const size = 100 // a list and what is in it
			return fmt.Sprintf("[&scalar a, &list [%s], %s%s]", strings.Repeat("a, ", size-1),
				strings.Repeat("*list, ", strict.MaxAliased/size), strings.Repeat("*scalar, ", more))
		}, "the document's aliases expand to more than 10000 values; write them out, or use fewer"},
	} {
		for more := range 2 {
			_, problems := strict.Load[v1alpha1.AthensSite](spectest.Node(t, repeated("  unknown: "+c.text(more)+"\n", "", 0)))
			said := false
			for _, p := range problems {
				said = said || p.Message == c.want
			}
			if said != (more == 1) {
				t.Errorf("%s, %d more than the bound: says so %v: %.300v", name, more, said, problems)
			}
		}
	}
}
