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

// Step is one part of a path: a key of a map, or an index of a list.
type Step struct {
	Key   string
	Index int // -1 for a key
	End   int // where the step ends in the path
}

// Steps takes a path apart. It reads what Child and Item write.
func Steps(path string) []Step {
	var out []Step
	for at := 0; at < len(path); {
		switch path[at] {
		case '.':
			at++
		case '[':
			if quoted, err := strconv.QuotedPrefix(path[at+1:]); err == nil {
				key, _ := strconv.Unquote(quoted)
				at += len(quoted) + 2
				out = append(out, Step{key, -1, at})
				continue
			}
			end := at + 1 + strings.IndexByte(path[at+1:], ']')
			n, err := strconv.Atoi(path[at+1 : max(end, at+1)])
			if err != nil {
				return out
			}
			at = end + 1
			out = append(out, Step{"", n, at})
		default:
			end := strings.IndexAny(path[at:], ".[")
			if end < 0 {
				end = len(path) - at
			}
			out = append(out, Step{path[at : at+end], -1, at + end})
			at += end
		}
	}
	return out
}
