package problem

import (
	"strconv"
	"strings"
)

// Child is the path of a key of a map: dotted where the key is a plain word,
// else in brackets, as in metadata.labels["app.kubernetes.io/name"].
func Child(path, key string) string {
	if !plainKey(key) {
		return path + "[" + strconv.Quote(key) + "]"
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// Item is the path of an entry of a list.
func Item(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

func plainKey(key string) bool {
	for _, c := range key {
		word := c == '-' || c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !word {
			return false
		}
	}
	return key != ""
}

// Within says whether a path is another one or lies below it.
func Within(path, above string) bool {
	if !strings.HasPrefix(path, above) {
		return false
	}
	rest := path[len(above):]
	return above == "" || rest == "" || rest[0] == '.' || rest[0] == '['
}

// Step is one part of a path.
type Step struct {
	// Key of a map, or an item of a list in brackets.
	Key string
	// Index of an item; -1 for a key and for an item by its name.
	Index int
	// End is where the step ends in the path.
	End int
}

// Steps takes a path apart. It reads what Child and Item write, and items by
// their names, as in env[HOME]. Any text is a path.
func Steps(path string) []Step {
	var out []Step
	for rest := path; rest != ""; {
		s := Step{Index: -1}
		switch rest[0] {
		case '.':
			rest = rest[1:]
			continue
		case '[':
			if quoted, err := strconv.QuotedPrefix(rest[1:]); err == nil {
				s.Key, _ = strconv.Unquote(quoted) // error dropped: QuotedPrefix found none
				rest = strings.TrimPrefix(rest[1+len(quoted):], "]")
				break
			}
			s.Key, rest, _ = strings.Cut(rest, "]")
			if n, err := strconv.ParseUint(s.Key[1:], 10, 31); err == nil {
				s.Index = int(n)
			}
			s.Key += "]"
		default:
			end := strings.IndexAny(rest, ".[")
			if end < 0 {
				end = len(rest)
			}
			s.Key, rest = rest[:end], rest[end:]
		}
		s.End = len(path) - len(rest)
		out = append(out, s)
	}
	return out
}
