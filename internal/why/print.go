package why

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/explain"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// PrintValue says where a value of an object comes from.
func (s *Site) PrintValue(w io.Writer, o *Object, v Value) {
	fmt.Fprintf(w, "%s\n%s: %s\n\n", o.ID, v.Path, v.Value)
	for _, cause := range v.Causes {
		s.printCause(w, "from", cause)
	}
	if len(v.Causes) == 0 {
		fmt.Fprintf(w, "  fixed     no field of the spec changes it\n")
	}
	for _, need := range v.Needs {
		s.printCause(w, "there by", need)
	}
	if v.Reason != "" {
		fmt.Fprint(w, hang("  because   ", v.Reason))
	}
}

func (s *Site) printCause(w io.Writer, label string, field tree.Path) {
	fmt.Fprintf(w, "  %-8s  %s\n", label, s.describe(field))
	if f, known := s.spec.Find(field.String()); known && field[0] == "spec" {
		if doc := explain.First(f.Doc); doc != "" {
			fmt.Fprint(w, hang("            ", doc))
		}
	}
}

// describe is a field with its value and where that comes from.
func (s *Site) describe(field tree.Path) string {
	out := withoutSpec(field)
	if n := tree.At(s.shown(), field); n != nil && len(n.Content) == 0 {
		out += ": " + valueOf(n)
	}
	return out + " (" + s.originOf(field) + ")"
}

// shown is the site without what could be a secret.
func (s *Site) shown() *yaml.Node {
	out := tree.Clone(s.full)
	krm.Hide(out)
	return out
}

// originOf is where a field's value comes from, or that of the first inside it.
func (s *Site) originOf(field tree.Path) string {
	origins := s.Origins()
	for _, o := range origins {
		if len(o.Path) == len(field) && o.Path.Below(field) {
			return o.String()
		}
	}
	if node, _ := s.written.At(field...); node != nil && node.Line > 0 {
		return s.line(node)
	}
	for _, o := range origins {
		if o.Path.Below(field) {
			return o.String()
		}
	}
	return "not written"
}

// PrintObject says what an object is for, and shows where each of its values
// comes from.
func (s *Site) PrintObject(w io.Writer, o *Object) error {
	fmt.Fprintf(w, "# %s\n# %s\n", o.ID, o.Purpose)
	for _, need := range o.Needs {
		fmt.Fprintf(w, "# generated because of %s\n", s.describe(need))
	}
	fmt.Fprintf(w, "# fixed: no field of the spec changes it; for the reason: why %s.PATH\n", o.Title())
	out := tree.Clone(o.Node)
	for _, v := range o.Values {
		comment(out, v.Path, "# "+v.summary())
	}
	return krm.WriteStream(w, out)
}

// summary is where a value comes from, in a few words.
func (v Value) summary() string {
	var out []string
	for _, c := range append(v.Causes[:len(v.Causes):len(v.Causes)], v.Needs...) {
		out = append(out, withoutSpec(c))
	}
	if len(out) == 0 {
		return "fixed"
	}
	return strings.Join(out, ", ")
}

// PrintValues lists values below a path of an object, a line each.
func (s *Site) PrintValues(w io.Writer, o *Object, values []Value) {
	fmt.Fprintf(w, "%s\n", o.ID)
	for _, v := range values {
		fmt.Fprintf(w, "  %s: %s  # %s\n", v.Path, v.Value, v.summary())
	}
	reasons := map[string]bool{}
	for _, v := range values {
		if v.Reason != "" && !reasons[v.Reason] {
			reasons[v.Reason] = true
			fmt.Fprint(w, "\n", hang("  because   ", v.Reason))
		}
	}
}

// PrintField says where the value of a field comes from and what it reaches.
func (s *Site) PrintField(w io.Writer, f *explain.Field, p tree.Path, objects []Object) {
	var inside []Origin
	var follow []string
	reaching := []tree.Path{p}
	for _, o := range s.Origins() {
		if o.Path.Below(p) {
			inside = append(inside, o)
		}
		if slices.ContainsFunc(o.From, func(from tree.Path) bool { return from.Below(p) }) {
			follow, reaching = append(follow, withoutSpec(o.Path)), append(reaching, o.Path)
		}
	}
	if len(inside) == 0 {
		fmt.Fprintf(w, "%s is not written and has no default\n", p)
	}
	shown := s.shown()
	for _, o := range inside {
		fmt.Fprintf(w, "%s: %s (%s)\n", o.Path, valueOf(tree.At(shown, o.Path)), o)
	}
	if f != nil {
		text := explain.Read(f.Doc)
		fmt.Fprint(w, "\n", hang("  ", text.Text))
		if f.Default != "" {
			fmt.Fprint(w, hang("  Default: ", f.Default+"."))
		}
	}
	if len(follow) > 0 {
		fmt.Fprintf(w, "\ndefaults that follow it\n  %s\n", strings.Join(follow, "\n  "))
	}
	s.reach(w, reaching, objects)
}

// reach lists the values of objects that a field and the defaults that follow it
// decide.
func (s *Site) reach(w io.Writer, reaching []tree.Path, objects []Object) {
	decides := func(fields []tree.Path) bool {
		return slices.ContainsFunc(fields, func(f tree.Path) bool { return slices.ContainsFunc(reaching, f.Below) })
	}
	found := false
	for _, o := range objects {
		var lines []string
		if decides(o.Needs) {
			lines = append(lines, "whether it exists")
		}
		for _, v := range o.Values {
			switch {
			case decides(v.Causes):
				lines = append(lines, fmt.Sprintf("%s: %s", v.Path, v.Value))
			case decides(v.Needs):
				lines = append(lines, fmt.Sprintf("%s: %s (whether it exists)", v.Path, v.Value))
			}
		}
		if len(lines) == 0 {
			continue
		}
		if !found {
			fmt.Fprintf(w, "\nreaches\n")
		}
		found = true
		fmt.Fprintf(w, "  %s\n    %s\n", o.Title(), strings.Join(lines, "\n    "))
	}
	if !found {
		fmt.Fprintf(w, "\naffects no value of any object of this site\n")
	}
}

// hang wraps a text behind a label, its further lines under the first.
func hang(label, text string) string {
	indent := strings.Repeat(" ", len([]rune(label)))
	return label + strings.TrimPrefix(explain.Wrap(text, indent), indent)
}
