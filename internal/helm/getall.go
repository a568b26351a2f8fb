package helm

import (
	"errors"
	"strings"
)

// stated is what helm get all prints of a release.
type stated struct{ name, namespace, manifest string }

// ofGetAll reads the output of helm get all. What runs is its manifest, whatever
// its values say.
func ofGetAll(text string) (s stated, err error) {
	head, _, _ := strings.Cut(text, "\n\n")
	for line := range strings.Lines(head) {
		switch key, value, _ := strings.Cut(strings.TrimSpace(line), ": "); key {
		case "NAME":
			s.name = value
		case "NAMESPACE":
			s.namespace = value
		}
	}
	_, rest, hooks := strings.Cut(text, "\nHOOKS:\n")
	_, rest, manifest := strings.Cut(rest, "\nMANIFEST:\n")
	if !hooks || !manifest || s.name == "" {
		return s, errors.New("is not the output of helm get all, which has NAME, HOOKS and MANIFEST: run helm get all RELEASE")
	}
	if i := strings.LastIndex(rest, "\nNOTES:\n"); i >= 0 {
		rest = rest[:i]
	}
	s.manifest = rest
	return s, nil
}

// isGetAll says whether a text begins as helm get all begins.
func isGetAll(text string) bool {
	return strings.HasPrefix(text, "NAME: ") && strings.Contains(text, "\nMANIFEST:\n")
}
