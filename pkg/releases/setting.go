package releases

import (
	"iter"
	"slices"
	"sort"
	"strings"

	"github.com/agnivade/levenshtein"
	"golang.org/x/mod/semver"
)

// Setting is one variable of Athens' environment, as some releases know it.
type Setting struct {
	// Name of the variable.
	Name string
	// Key in Athens' configuration file, as in Storage.S3.Region. Empty for a
	// variable that is not a setting of Athens: a library or the go command
	// reads it.
	Key string
	// Default that Athens has in code. Empty for none. Settings under Storage
	// have none: in the image they are placeholders.
	Default string
	// Since is the first release with it; empty for AthensOldest.
	Since string
	// Until is the first release without it; empty for none.
	Until string
	// Field of the spec that sets it, without "spec."; empty for none.
	Field string
	// Fixed is why a site must not set it; empty if it may.
	Fixed string
	// Server says that it names a server that Athens or its libraries call, as a
	// URL or as host:port.
	Server bool
	// What it is, in a few words.
	What string
}

// In says whether a release has the setting.
func (s *Setting) In(version string) bool {
	return (s.Since == "" || semver.Compare(version, s.Since) >= 0) &&
		(s.Until == "" || semver.Compare(version, s.Until) < 0)
}

// Span is which releases know the setting, as in "from v0.18.0 on".
func (s *Setting) Span() string {
	switch {
	case s.Since != "":
		return "from " + s.Since + " on"
	case s.Until != "":
		return "before " + s.Until
	}
	return "from " + AthensOldest + " on"
}

// Alias is a second name under which Athens reads the setting, and prefers it:
// the prefix of its environment, the groups of the key, the name. Athens does
// not document it; the library that reads the environment makes it
// (kelseyhightower/envconfig v1.4.0). Empty for none.
func (s *Setting) Alias() string {
	if s.Key == "" {
		return ""
	}
	groups := strings.Split(s.Key, ".")
	groups[len(groups)-1] = s.Name
	return "ATHENS_" + strings.ToUpper(strings.Join(groups, "_"))
}

// All are the settings, sorted by name and then by age.
func All() iter.Seq[Setting] { return slices.Values(settings[:]) }

// Lookup finds what releases know under a name or an alias, oldest first.
func Lookup(name string) []Setting {
	i := sort.Search(len(settings), func(i int) bool { return settings[i].Name >= name })
	if i < len(settings) && settings[i].Name == name {
		return run(i)
	}
	if !strings.HasPrefix(name, "ATHENS_") {
		return nil
	}
	for i := range settings {
		if strings.HasSuffix(name, "_"+settings[i].Name) && settings[i].Alias() == name {
			return run(i)
		}
	}
	return nil
}

// run is the settings from one on that have its name.
func run(from int) []Setting {
	to := from + 1
	for to < len(settings) && settings[to].Name == settings[from].Name {
		to++
	}
	return settings[from:to:to]
}

// Find is the setting that a release knows under a name or an alias.
func Find(name, version string) (Setting, bool) {
	return in(Lookup(name), version)
}

// Known says whether a release reads a variable.
func Known(name, version string) bool {
	_, ok := Find(name, version)
	return ok
}

// Nearest is the variable that a misspelled name was most likely meant to be,
// or false if none is near.
func Nearest(name string) (string, bool) {
	const longest = 64 // no name is longer, and the distance costs n×m
	if name == "" || len(name) > longest {
		return "", false
	}
	name = strings.ToUpper(name)
	best, least := "", 1+max(2, len(name)/6)
	for i := range settings {
		s := &settings[i]
		d := levenshtein.ComputeDistance(name, s.Name)
		if s.Key != "" { // LOG_LEVEL and ATHENS_LOGLEVEL are ATHENS_LOG_LEVEL
			d = min(d, 1+levenshtein.ComputeDistance(bare(name), bare(s.Name)))
		}
		if d < least {
			best, least = s.Name, d
		}
	}
	return best, best != ""
}

// bare is a name without Athens' prefix and without underscores.
func bare(name string) string {
	return strings.ReplaceAll(strings.TrimPrefix(name, "ATHENS_"), "_", "")
}
