package v1alpha1

import (
	"strings"
	"unicode"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// Names and the paths of URLs are made of few characters, none of which means
// anything to a shell, to Terraform, to Markdown or to a terminal. Like those of
// validate_text.go, the functions return what is wrong and what to write, or "".

// alphabet are the letters of ASCII. strings.ToLower turns some that are not into them.
const alphabet = lowers + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// databaseName is the name of a database, or of a MongoDB collection. MongoDB
// (mongodb.com/docs/manual/reference/limits, Naming Restrictions), MySQL and
// PostgreSQL accept more, and all of them this, up to 63 characters.
func databaseName(s, what, example string) string {
	if s == "" || len(s) > 63 || !inSet(s, alphabet+digits+"_-") || s[0] == '-' {
		return quote.Sprintf("%q is not the name of a %s; write at most 63 letters, digits, hyphens and underscores, the first no hyphen, as in %s", s, what, example)
	}
	return ""
}

// collectionName is the name of a MongoDB collection, which begins with a letter
// or an underscore.
func collectionName(s string) string {
	if problem := databaseName(s, "collection", "modules"); problem != "" || inSet(s[:1], alphabet+"_") {
		return problem
	}
	return quote.Sprintf("%q does not begin with a letter or an underscore, which MongoDB requires; write a name, as in modules", s)
}

// word is a name that some other program gives to a thing: letters, digits and
// some marks.
func word(s, marks, what, example string) string {
	if s == "" || len(s) > 253 || !inSet(s, alphabet+digits+marks) || !inSet(s[:1], alphabet+digits+"_") {
		return quote.Sprintf("%q is not %s; write letters, digits and any of %s, as in %s", s, what, marks, example)
	}
	return ""
}

// urlPath checks what follows the host of a URL: of RFC 3986, section 3.3, what
// needs no quoting anywhere. Anything else can be percent-encoded.
func urlPath(s string) string {
	if inSet(s, alphabet+digits+"/-._~%:@+,=") {
		return ""
	}
	return quote.Sprintf("%q holds a character that the path of a URL cannot have; write letters, digits, slashes and -._~, and any other percent-encoded, as in https://mirror.example.com/go", s)
}

// vmSize is a size of virtual machines, as in Standard_D4s_v5 or
// Standard_M8-2ms (learn.microsoft.com/azure/virtual-machines/vm-naming-conventions).
func vmSize(s string) string {
	if s == "" || len(s) > 64 || !inSet(s, alphabet+digits+"_-") || !inSet(s[:1], alphabet) {
		return quote.Sprintf("%q is not a size of virtual machines; write one that az vm list-sizes prints, as in Standard_D4s_v5", s)
	}
	return ""
}

// projectID is the ID of a Google Cloud project: up to 30 lower case letters,
// digits and hyphens (cloud.google.com/resource-manager/docs/creating-managing-projects),
// behind a domain and a colon in old organisations.
func projectID(s string) string {
	domain, id, scoped := strings.Cut(s, ":")
	if !scoped {
		id = s
	}
	if id == "" || len(id) > 30 || !inSet(id, lowers+digits+"-") || !inSet(id[:1], lowers) || strings.HasSuffix(id, "-") || scoped && dnsName(domain) != "" {
		return quote.Sprintf("%q is not a project's ID; write one, at most 30 lower case letters, digits and hyphens, as in acme-build-1234", s)
	}
	return ""
}

// visible refuses what cannot be seen in a text that may hold anything else:
// control characters and what turns the direction of writing around.
func visible(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return quote.Sprintf("%q holds a character that cannot be seen; write one line of text", s)
	}
	return ""
}

// checksumDatabase is a value of GOSUMDB: off, or a name, perhaps with its key as
// name+hash+key (golang.org/x/mod/sumdb/note), and perhaps a URL.
func checksumDatabase(s string) string {
	name, url, found := strings.Cut(s, " ")
	host := HostOf(url)
	if !found { // the go command asks the host of the name
		host, _, _ = strings.Cut(strings.ToLower(name), "+")
		host, _, _ = strings.Cut(host, "/")
	}
	if problem := reachable(host); problem != "" {
		return problem
	}
	if !found && s != "off" && !strings.Contains(host, ".") {
		return quote.Sprintf("%q names no database that can be asked; write off, or a database and perhaps its URL, as in sum.golang.org https://sum.example.com", s)
	}
	if !inSet(name, alphabet+digits+"-._~/+=") || found && httpURL(url) != "" {
		return quote.Sprintf("%q is not a value of GOSUMDB; write off, or a database and perhaps its URL, as in sum.golang.org https://sum.example.com", s)
	}
	return ""
}

// sameWord compares words as Azure does, without case; letters beyond ASCII are
// no words of Azure's.
func sameWord(a, b string) bool { return len(a) == len(b) && strings.EqualFold(a, b) }

// isGroupName says whether a string is the name of a resource group: up to 90
// letters and digits of any script, underscores, hyphens, periods and
// parentheses, the last no period
// (learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules).
func isGroupName(s string) bool {
	return s != "" && len([]rune(s)) <= 90 && !strings.HasSuffix(s, ".") && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.Is(unicode.Nd, r) && !strings.ContainsRune("_-.()", r)
	})
}

// isResourceName says whether a string is the name of a resource inside a group:
// letters, digits, underscores, periods and hyphens, the first a letter or a
// digit, the last no period, at most 128 (the same page, for private
// link services and user-assigned identities).
func isResourceName(s string) bool {
	return s != "" && len(s) <= 128 && inSet(s, alphabet+digits+"_.-") && inSet(s[:1], alphabet+digits) && !strings.HasSuffix(s, ".")
}
