package v1alpha1

import (
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// PrivateDomains are the domains that no registry gives out, and that networks use
// for hosts of their own: RFC 6762, appendix G, RFC 8375, and internal, which ICANN
// keeps for that (board resolution of 29 July 2024).
func PrivateDomains() []string {
	return []string{"internal", "local", "home.arpa", "intranet", "private", "corp", "home", "lan"}
}

// testDomains are those of RFC 6761 that examples and tests have.
var testDomains = []string{"test", "example"}

// FullName is a host as a site has it: name.namespace of a Service becomes its
// name in any cluster, whatever its domain, and any other host stays as it is.
func FullName(host string) string {
	if _, full := shortName(host); full != "" && strings.Contains(host, ".") {
		return full
	}
	return host
}

// shortName is why a name means a Service of the cluster that depends on where it
// is asked, and the form that means one in every cluster; empty for any other name. Of two labels, the second
// is a namespace unless it is a top-level domain: egress and policies would open
// the way to a host that there is not, and close the one to the Service.
func shortName(host string) (why, full string) {
	if !isHost(host) {
		return "", ""
	}
	service, namespace, dotted := strings.Cut(host, ".")
	suffix, public := publicsuffix.PublicSuffix(host)
	switch {
	case !dotted:
		return "is a short name, which means another host in each namespace", service + ".<namespace>.svc"
	case strings.Contains(namespace, ".") || public || slices.Contains(PrivateDomains(), suffix) || slices.Contains(testDomains, suffix):
		return "", ""
	}
	return "is a Service of the namespace " + namespace + ", because there is no domain of that name", service + "." + namespace + ".svc"
}
