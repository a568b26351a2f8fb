package v1alpha1

import (
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// The functions of this file look at one string each. They return what is
// wrong and what to write instead, or "".

// dnsLabel is a name such as a namespace's.
func dnsLabel(s string) string {
	switch {
	case s == "":
		return "is required; write a name, as in goproxy"
	case len(s) > validation.DNS1123LabelMaxLength:
		return quote.Sprintf("is %d characters long; at most %d are possible", len(s), validation.DNS1123LabelMaxLength)
	case len(validation.IsDNS1123Label(s)) > 0:
		return quote.Sprintf("%q is not a DNS label; write lower case letters, digits and hyphens, as in %s", s, likelyLabel(s))
	}
	return ""
}

// dnsName is a name such as a Secret's.
func dnsName(s string) string {
	switch {
	case s == "":
		return "is required; write the name of an object, as in athens-secret"
	case len(validation.IsDNS1123Subdomain(s)) > 0:
		return quote.Sprintf("%q is not an object's name; write lower case letters, digits, hyphens and dots, as in %s", s, likelyLabel(s))
	}
	return ""
}

// secretName is the name of a Secret in a reference to it. A wrong one is not
// repeated: it may be the secret itself.
func secretName(s string) string {
	if s != "" && (dnsName(s) != "" || quote.Redact(s) != s) {
		return "is not an object's name; write the name of a Secret that holds it, in lower case letters, digits, hyphens and dots, as in athens-secret"
	}
	return dnsName(s)
}

// secretDataKey is a key of a Secret in a reference to it, not repeated either.
func secretDataKey(s string) string {
	if dataKey(s) != "" || quote.Redact(s) != s {
		return "is not a key of a Secret; write letters, digits, hyphens, underscores and dots, as in password"
	}
	return ""
}

// likelyLabel makes a DNS label out of something like one.
func likelyLabel(s string) string {
	out := strings.Map(func(c rune) rune {
		if c < 128 && strings.ContainsRune(lowers+digits, c) {
			return c
		}
		return '-'
	}, strings.ToLower(quote.Short(s)))
	if out = strings.Trim(out, "-"); out == "" {
		return "goproxy"
	}
	return out
}

// dataKey is a key of a Secret or a ConfigMap.
func dataKey(s string) string {
	if len(validation.IsConfigMapKey(s)) > 0 {
		return quote.Sprintf("%q is not a key of a Secret; write letters, digits, hyphens, underscores and dots, as in password", s)
	}
	return ""
}

// isHost says whether a string is the DNS name of a host: labels of at most 63
// characters, the last of which is not a number (RFC 1123, section 2.1).
func isHost(s string) bool {
	return len(validation.IsDNS1123Subdomain(s)) == 0 && reachable(s) == "" &&
		!slices.ContainsFunc(strings.Split(s, "."), func(label string) bool { return len(label) > validation.DNS1123LabelMaxLength })
}

// hostName is a DNS name or IPv4 address that Athens is to reach.
func hostName(s string) string {
	if s == "" {
		return "is required; write a host, as in db.example.com"
	}
	if _, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil && strings.Contains(s, ":") {
		return quote.Sprintf("%q is an IPv6 address, which cannot be written here; write a DNS name", s)
	}
	if problem := reachable(s); problem != "" {
		return problem
	}
	if _, err := netip.ParseAddr(s); err == nil {
		return ""
	}
	switch {
	case strings.Contains(s, "*"):
		return quote.Sprintf("%q holds a wildcard: the mesh resolves each host by DNS, and a wildcard has no address. Write each host", s)
	case strings.Contains(s, "/"):
		return quote.Sprintf("%q is not a host; write it without scheme, path or network mask, as in db.example.com", s)
	case !isHost(s):
		return quote.Sprintf("%q is not a host; write a DNS name in lower case, as in db.example.com", s)
	}
	if why, full := shortName(s); why != "" {
		return quote.Sprintf("%q %s; write it in full, as in %s", s, why, full)
	}
	return ""
}

// reachable refuses the hosts that no pod of a site may be led to, however the
// address is spelt: where the last label is a number, libraries read all of it
// as an IPv4 address in decimal, octal or hexadecimal (url.spec.whatwg.org,
// "ends in a number").
func reachable(host string) string {
	if IsMetadata(host) {
		return quote.Sprintf("%q is where a cloud hands out identities, which stays closed; write another host", host)
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	hex, isHex := strings.CutPrefix(strings.ToLower(last), "0x")
	numeric := last != "" && inSet(last, digits) || isHex && strings.Trim(hex, digits+"abcdef") == ""
	if _, err := netip.ParseAddr(host); err != nil && numeric {
		return quote.Sprintf("%q is not an IP address; write four numbers, or a DNS name", host)
	}
	return ""
}

// hostPort is host:port; the port may be left out if it is optional.
func hostPort(s string, optional bool) string {
	if before, after, found := strings.Cut(s, "://"); found {
		return quote.Sprintf("%q begins with a scheme; write host:port without it, as in %s", s, quote.Short(strings.TrimSuffix(after, "/")+portOf(before, after)))
	}
	host, port, found := strings.Cut(s, ":")
	if strings.HasPrefix(s, "[") {
		return quote.Sprintf("%q has an IPv6 address, which cannot be written here; write a DNS name", s)
	}
	if strings.Count(s, ":") > 1 {
		return quote.Sprintf("%q holds more than one colon; write host:port, with a DNS name for an IPv6 address", s)
	}
	if why, full := shortName(host); why != "" && found && hostName(host) != "" {
		return quote.Sprintf("%q %s; write it in full, as in %s:%s", s, why, full, quote.Short(port))
	}
	if problem := hostName(host); problem != "" {
		return problem
	}
	if !found {
		if optional {
			return ""
		}
		return quote.Sprintf("%q has no port; write host:port", s)
	}
	if !portNumber(port) {
		return quote.Sprintf("%q is not a port; write a number from 1 to 65535", port)
	}
	return ""
}

// hostAndPort is host:port.
func hostAndPort(s string) string { return hostPort(s, false) }

// hostPerhapsPort is host or host:port.
func hostPerhapsPort(s string) string { return hostPort(s, true) }

// portOf completes an example for a host that was written as a URL.
func portOf(scheme, rest string) string {
	if strings.Contains(rest, ":") {
		return ""
	}
	if scheme == "https" {
		return ":443"
	}
	return ":80"
}

func portNumber(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && n > 0 && s == strconv.FormatUint(n, 10)
}

// httpURL is the URL of a server.
func httpURL(s string) string {
	if s == "" {
		return "is required; write a URL, as in https://mirror.example.com"
	}
	u, err := url.Parse(s)
	switch {
	case err != nil || strings.ContainsAny(s, " \t\n"):
		return quote.Sprintf("%q is not a URL; write one, as in https://mirror.example.com", s)
	case u.Scheme != "https" && u.Scheme != "http" || u.Host == "":
		return quote.Sprintf("%q is not the URL of a server; write one that begins with https:// (or http://), as in https://mirror.example.com", s)
	case u.User != nil:
		return "holds a user or a password, which must not be in a spec; remove it and use a Secret, as in private.netrc"
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return quote.Sprintf("%q holds a query or a fragment, which is not sent; remove it", s)
	}
	if problem := hostPort(u.Host, true); problem != "" {
		return problem
	}
	return urlPath(s)
}

// moduleGlob is a pattern of module paths as the go command's GOPRIVATE reads
// it: plain, not case-encoded.
func moduleGlob(s string) string {
	host, _, _ := strings.Cut(s, "/")
	switch plain := decodeCase(s); {
	case s == "":
		return "is empty; write a pattern, as in github.com/acme/*"
	case strings.Contains(s, "://"):
		_, rest, _ := strings.Cut(s, "://")
		return quote.Sprintf("%q begins with a scheme, which no module path has; write %s", s, quote.Short(rest))
	case strings.Contains(s, ","):
		return quote.Sprintf("%q holds a comma; write each pattern as an entry of its own", s)
	case plain != s:
		return quote.Sprintf("%q is case-encoded, as in requests, and matches no module: write %s", s, quote.Short(plain))
	case !inSet(s, alphabet+digits+"-._~/*?[]^"):
		return quote.Sprintf("%q holds a character that no module path has; write a pattern, as in github.com/acme/*", s)
	case host != strings.ToLower(host):
		return quote.Sprintf("%q begins with a host in capitals, which no module path does: write %s", s, quote.Short(strings.ToLower(host)+s[len(host):]))
	case strings.HasPrefix(s, "/") || strings.HasSuffix(s, "/"):
		return quote.Sprintf("%q begins or ends with a slash; write %s", s, quote.Short(strings.Trim(s, "/")))
	case !strings.ContainsAny(host, "*?[") && (!strings.Contains(host, ".") || !isHost(host)):
		// The go command and Athens refuse such a path: module.CheckPath of
		// golang.org/x/mod.
		return quote.Sprintf("%q matches no module, because a module path begins with a host that has a dot: write the whole host, as in git.example.com/*", s)
	}
	if _, err := path.Match(s, ""); err != nil {
		return quote.Sprintf("%q has a bracket without its other half; write * for anything but a slash", s)
	}
	return ""
}

// maxDoubled are the wildcards of one character in a private pattern. Each can
// double the entries of ATHENS_GONOSUM_PATTERNS, which has to name capitals by
// their two characters.
const maxDoubled = 4

// privateGlob is a pattern that Athens compares in both spellings.
func privateGlob(s string) string {
	if n := strings.Count(s, "?") + strings.Count(s, "["); n > maxDoubled {
		return quote.Sprintf("%q holds %d of ? and [...], at most %d are possible: write * for the others", s, n, maxDoubled)
	}
	host, _, _ := strings.Cut(s, "/") // the go command calls it
	if problem := reachable(host); problem != "" {
		return problem
	}
	return moduleGlob(s)
}

// decodeCase is a module path or a pattern without the case encoding of the
// GOPROXY protocol: !a, or %21a as the go command sends it, is A. Anything else
// is kept.
func decodeCase(s string) string {
	var b strings.Builder
	for head, rest, found := strings.Cut(strings.ReplaceAll(s, "%21", "!"), "!"); ; head, rest, found = strings.Cut(rest, "!") {
		b.WriteString(head)
		switch {
		case !found:
			return b.String()
		case rest == "" || !inSet(rest[:1], lowers):
			return s
		}
		b.WriteString(strings.ToUpper(rest[:1]))
		rest = rest[1:]
	}
}
