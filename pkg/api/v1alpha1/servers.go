package v1alpha1

import (
	"net/netip"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/releases"
)

// NamesServer says whether a variable of athens.env names a server that Athens
// or its libraries call.
func NamesServer(name string) bool {
	settings := releases.Lookup(name)
	return len(settings) > 0 && settings[0].Server
}

// server checks a server that a variable names, which policies open. A collector
// of Google's is a project, without a colon.
func (r *rules) envServer(at string, e corev1.EnvVar) {
	if !NamesServer(e.Name) || !strings.Contains(e.Value, ":") {
		return
	}
	host := HostOf(e.Value)
	if a, err := netip.ParseAddr(host); host == "localhost" || err == nil && a.IsLoopback() {
		return // within the pod
	}
	switch {
	case e.Name == "AWS_CONTAINER_CREDENTIALS_FULL_URI" && IsMetadata(host):
		r.add(at, "%q gives out identities; write storage.s3.credentials: {podIdentity: {}}, which opens the one of EKS, and remove this", quote.Short(host))
	case strings.Contains(e.Value, "://"):
		r.server(at, e.Value, httpURL)
	default:
		r.check(at, hostAndPort(e.Value))
	}
}
