package transformers

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/agnivade/levenshtein"
	"go.yaml.in/yaml/v3"
)

// settings reads a map of the configuration strictly: what is unknown, or of
// another type than it should be, is an error with its path.
type settings struct {
	run  *run
	node *yaml.Node // nil if it was left out
	at   string
}

// settings of a map that may hold the fields.
func (r *run) settings(n *yaml.Node, at string, fields ...string) settings {
	n = deref(n)
	s := settings{r, nil, at}
	switch {
	case n == nil || n.Tag == "!!null":
	case n.Kind != yaml.MappingNode:
		r.fail(r.config, at, "must be a map of %s", strings.Join(fields, ", "))
	default:
		s.node = n
		s.known(fields)
	}
	return s
}

func (s settings) known(fields []string) {
	seen := map[string]bool{}
	for i := 0; i+1 < len(s.node.Content); i += 2 {
		key := s.node.Content[i].Value
		switch {
		case seen[key]:
			s.run.fail(s.run.config, child(s.at, key), "is there twice")
		case !slices.Contains(fields, key):
			near := slices.MinFunc(fields, func(a, b string) int {
				return cmp.Compare(levenshtein.ComputeDistance(key, a), levenshtein.ComputeDistance(key, b))
			})
			s.run.fail(s.run.config, child(s.at, key), "unknown field; did you mean %s? Known are %s", near, strings.Join(fields, ", "))
		}
		seen[key] = true
	}
}

// value of a field that is given.
func (s settings) value(field string) *yaml.Node {
	if v := get(s.node, field); v != nil && v.Tag != "!!null" {
		return v
	}
	return nil
}

// text is a string; what it is for is said if it is none.
func (s settings) text(field string) string {
	v := s.value(field)
	if v == nil {
		return ""
	}
	return s.scalar(v, child(s.at, field))
}

func (s settings) scalar(v *yaml.Node, at string) string {
	if v = deref(v); v.Kind != yaml.ScalarNode || v.ShortTag() != "!!str" {
		s.run.fail(s.run.config, at, "must be a string; put it in quotes if it is one")
		return ""
	}
	return v.Value
}

// flag is a boolean that is true if it is left out.
func (s settings) flag(field string) bool {
	v := s.value(field)
	if v == nil {
		return true
	}
	if v.ShortTag() != "!!bool" {
		s.run.fail(s.run.config, child(s.at, field), "must be true or false")
	}
	return v.Value == "true"
}

// number is a whole number from 1 to the most; 0 if it is left out.
func (s settings) number(field string, most int) int {
	v := s.value(field)
	if v == nil {
		return 0
	}
	n, err := strconv.Atoi(v.Value)
	if err != nil || v.ShortTag() != "!!int" || n < 1 || n > most {
		s.run.fail(s.run.config, child(s.at, field), "must be a whole number from 1 to %d", most)
	}
	return n
}

// list of a field; given says whether it is there, empty or not.
func (s settings) list(field string) (entries []*yaml.Node, given bool) {
	v := s.value(field)
	if v == nil {
		return nil, false
	}
	if v.Kind != yaml.SequenceNode {
		s.run.fail(s.run.config, child(s.at, field), "must be a list")
	}
	return list(v), true
}

// texts is a list of strings.
func (s settings) texts(field string) (out []string, given bool) {
	entries, given := s.list(field)
	for i, e := range entries {
		out = append(out, s.scalar(e, s.entry(field, i)))
	}
	return out, given
}

// entry is the path of an entry of a list.
func (s settings) entry(field string, i int) string {
	return child(s.at, field) + "[" + strconv.Itoa(i) + "]"
}
