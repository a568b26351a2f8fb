package v1alpha1

import (
	"net/netip"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// mesh checks the Istio configuration around the site.
func (r *rules) mesh() {
	const path = "spec.mesh"
	m := &r.spec.Mesh
	if r.enum(child(path, "mode"), m.Mode, MeshSidecar, MeshAmbient, MeshNone) && m.Mode == MeshAmbient {
		r.add(child(path, "mode"), "Ambient is not supported yet; write Sidecar or None")
	}
	r.optional(child(path, "revision"), m.Revision, revision)
	r.optional(child(path, "rootNamespace"), m.RootNamespace, dnsLabel)
	if m.TrustDomain != "" && len(validation.IsDNS1123Subdomain(m.TrustDomain)) > 0 {
		r.add(child(path, "trustDomain"), "%q is not a trust domain; write a DNS name without scheme or path, as in cluster.local", m.TrustDomain)
	}
}

// revision is the name of a control plane.
func revision(s string) string {
	if strings.HasPrefix(strings.ToLower(s), "asm") {
		major, minor, ok := strings.Cut(strings.TrimPrefix(s, AKSRevisionPrefix), "-")
		if !strings.HasPrefix(s, AKSRevisionPrefix) || !ok || !number(major) || !number(minor) {
			return quote.Sprintf("%q is not how the AKS add-on writes a revision (az aks mesh get-revisions lists them); write %s", s, likelyRevision(s))
		}
	}
	return dnsLabel(s)
}

func number(s string) bool { return s != "" && inSet(s, digits) }

// likelyRevision makes asm-1-30 of asm-1.30, asm130 and the like.
func likelyRevision(s string) string {
	var numbers string
	for _, c := range s {
		if c >= '0' && c <= '9' {
			numbers += string(c)
		}
	}
	if len(numbers) < 2 || len(numbers) > 4 {
		numbers = "130"
	}
	return AKSRevisionPrefix + numbers[:1] + "-" + numbers[1:]
}

// prefix reads a range of addresses.
func prefix(s, example string) (p netip.Prefix, problem string) {
	p, err := netip.ParsePrefix(s)
	switch {
	case err != nil:
		return p, quote.Sprintf("%q is not a range of addresses; write one, as in %s", s, example)
	case p != p.Masked():
		return p, quote.Sprintf("%q sets bits behind its length; write %s", s, p.Masked())
	}
	return p, ""
}
