package envoypath

import "strings"

// What Normalize makes of paths, as regular expressions of whole paths without a
// query: a path that it returns is Normal and not Escaped, and every such path is
// one that it returns.
const (
	// Normal has no other characters, and no segment . or ..
	Normal = `(?:/(?:|\.?` + name + legal + `*|\.\.` + legal + `+))+`
	name   = "[!$&'()*+,0-9:;=@A-Z\\[\\]_a-z~%-]"
	legal  = "[.!$&'()*+,0-9:;=@A-Z\\[\\]_a-z~%-]"
	// Escaped has an escape that Normalize undoes or refuses.
	Escaped = `.*%(?:00|2[dDeE]|3[0-9]|[46][1-9a-fA-F]|[57][0-9aA]|5[fF]|7[eE]).*`
	// Unstable is one that Normalize makes another path of: the next Envoy reads
	// a segment that begins with .; or ..; as . or ..
	Unstable = `.*/\.\.?;.*`
)

// Sent is a path on the wire that Normalize makes a given one of, which is one
// that it returns.
func Sent(path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if dots, _, found := strings.Cut(s, ";"); found && isDots(dots) {
			segments[i] = strings.Repeat("%2e", len(dots)) + s[len(dots):]
		}
	}
	return strings.Join(segments, "/")
}
