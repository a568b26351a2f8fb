package v1alpha1

import (
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// imageReference is a container image with a tag or a digest.
func imageReference(s string) string {
	const example = "as in registry.example.com/athens:" + AthensVersion
	if strings.Contains(s, "://") {
		return quote.Sprintf("%q begins with a scheme, which no image has; write it without, %s", s, example)
	}
	rest, digest, pinned := strings.Cut(s, "@")
	if algorithm, hex, _ := strings.Cut(digest, ":"); pinned && (algorithm != "sha256" || len(hex) != 64 || !inSet(hex, digits+"abcdef")) {
		return quote.Sprintf("%q is not a digest; write sha256: and 64 hex digits, or a tag", digest)
	}
	name, tag := rest, ""
	tagged := false
	if colon := strings.LastIndex(rest, ":"); colon > strings.LastIndex(rest, "/") {
		name, tag, tagged = rest[:colon], rest[colon+1:], true
	}
	switch {
	case !isImageName(name):
		return quote.Sprintf("%q is not an image; write registry/name:tag in lower case, %s", s, example)
	case tagged && (tag == "" || len(tag) > 128 || strings.ContainsAny(tag[:1], ".-") || !inSet(tag, lowers+strings.ToUpper(lowers)+digits+"._-")):
		return quote.Sprintf("%q is not a tag; write letters, digits, dots, hyphens and underscores, %s", tag, example)
	case !pinned && !tagged:
		return quote.Sprintf("%q has no tag, so each node may run another one; write a version, %s", s, example)
	case !pinned && tag == "latest":
		return quote.Sprintf("%q changes without notice, so each node may run another one; write a version, %s", s, example)
	}
	return ""
}

// imageRegistry is the beginning of an image's name: a registry's host, perhaps
// with a port and a path. A word alone would be a path on Docker Hub.
func imageRegistry(s string) string {
	const example = "as in registry.example.com/mirror"
	host, _, _ := strings.Cut(s, "/")
	name, _, hasPort := strings.Cut(host, ":")
	switch {
	case strings.Contains(s, "://"):
		_, rest, _ := strings.Cut(s, "://")
		return quote.Sprintf("%q begins with a scheme, which no image has; write %s", s, quote.Short(rest))
	case strings.HasSuffix(s, "/"):
		return quote.Sprintf("%q ends with a slash; write %s", s, quote.Short(strings.TrimRight(s, "/")))
	case !strings.Contains(name, ".") && !hasPort && name != "localhost":
		return quote.Sprintf("%q does not begin with the host of a registry; write one, %s", s, example)
	case imageReference(s+"/a:v1") != "":
		return quote.Sprintf("%q is not a registry; write a host, perhaps with a port and a path in lower case, without a tag, %s", s, example)
	}
	return ""
}

// mostImageName is the longest name of an image, registry and repository
// together (NameTotalLengthMax of github.com/distribution/reference).
const mostImageName = 255

// isImageName says whether a string is a repository, perhaps behind the host of
// its registry: the grammar of github.com/distribution/reference.
func isImageName(s string) bool {
	host, path, hasPath := strings.Cut(s, "/")
	if named := hasPath && (strings.ContainsAny(host, ".:") || host == "localhost"); named {
		name, port, hasPort := strings.Cut(host, ":")
		if !inSet(name, alphabet+digits+"-.") || !isHost(strings.ToLower(name)) || hasPort && !portNumber(port) {
			return false
		}
	} else {
		path = s
	}
	return len(s) <= mostImageName && !slices.ContainsFunc(strings.Split(path, "/"), func(part string) bool { return !isImagePath(part) })
}

// isImagePath says whether a string is a part of a repository: words of lower
// case letters and digits with one separator between them: a dot, one or two
// underscores, or hyphens.
func isImagePath(s string) bool {
	if s == "" || !inSet(s[:1], lowers+digits) || !inSet(s[len(s)-1:], lowers+digits) {
		return false
	}
	separators := strings.FieldsFunc(s, func(r rune) bool { return r < 128 && strings.ContainsRune(lowers+digits, r) })
	return !slices.ContainsFunc(separators, func(sep string) bool {
		return sep != "." && sep != "_" && sep != "__" && !inSet(sep, "-")
	})
}
