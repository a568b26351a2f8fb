package why

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// Effective is the site with all defaults, each value with a comment that says
// where it comes from. Read back, it is the same site.
func (s *Site) Effective() *yaml.Node {
	out := tree.Clone(s.full)
	for _, o := range s.Origins() {
		comment(out, o.Path, "# "+o.String())
	}
	return out
}

// comment writes a comment beside a value, or above a text of several lines,
// which has no place beside it.
func comment(n *yaml.Node, p tree.Path, line string) {
	last := len(p) - 1
	parent := tree.At(n, p[:last])
	value := tree.Next(parent, p[last])
	if value.Style&yaml.LiteralStyle == 0 {
		value.LineComment = line
		return
	}
	for i := 1; i < len(parent.Content); i += 2 {
		if parent.Content[i] == value {
			parent.Content[i-1].HeadComment = line
			return
		}
	}
	value.HeadComment = line
}

// String says it in a few words.
func (o Origin) String() string {
	switch {
	case o.Line == "" && len(o.From) == 0:
		return "default"
	case o.Line == "":
		var names []string
		for _, f := range o.From {
			names = append(names, withoutSpec(f))
		}
		return "default, from " + strings.Join(names, ", ")
	case o.Region != "":
		return "region " + o.Region + ", " + o.Line
	}
	return o.Line
}

// withoutSpec is a path as the documentation of fields has it.
func withoutSpec(p tree.Path) string {
	if len(p) > 1 && p[0] == "spec" {
		return p[1:].String()
	}
	return p.String()
}
