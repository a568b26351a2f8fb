package diff

import (
	"fmt"
	"slices"
	"strings"
)

// Gate says which changes stop a pipeline; the zero value is all of them.
type Gate struct {
	codes    []string
	warnings bool
}

// warnings represent all kinds that are marked with !.
const warnings = "warnings"

// GateOf reads codes of kinds, separated by commas, and the word warnings; empty
// text is every change.
func GateOf(text string) (g Gate, err error) {
	if text == "" {
		return g, nil
	}
	for word := range strings.SplitSeq(text, ",") {
		word = strings.TrimSpace(word)
		kind, known := KindOf(word)
		switch {
		case strings.EqualFold(word, warnings):
			g.warnings = true
		case known:
			g.codes = append(g.codes, kind.Code)
		default:
			return g, fmt.Errorf("%q is not a code of diff: write one from %s to %s, as in AD101, or %s", word, kinds[0].Code, kinds[len(kinds)-1].Code, warnings)
		}
	}
	return g, nil
}

// Stops says whether reports have a change that the gate is about.
func (g Gate) Stops(reports []Report) bool {
	every := !g.warnings && len(g.codes) == 0
	for _, r := range reports {
		for _, group := range r.Groups {
			if slices.ContainsFunc(group.Changes, func(c Change) bool {
				return every || g.warnings && c.Warning || slices.Contains(g.codes, c.Code)
			}) {
				return true
			}
		}
	}
	return false
}
