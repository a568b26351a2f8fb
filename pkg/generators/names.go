// Package generators makes the Kubernetes objects of a site. Every function in
// it is pure and total: it takes a site that was defaulted and validated and
// has neither a fallback nor an error.
package generators

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// Names of the programs, which are also what their objects' names end in.
const (
	Athens   = "athens"
	Lathens  = "lathens"
	Crathens = "crathens"
	// List is the Service that list and latest go to: lathens and, behind it,
	// Athens.
	List = "list"
)

// Ports that the programs listen on. Athens: facts of its image; lathens: our
// choice, honoured by cmd/lathens.
const (
	AthensPort  = 3000
	LathensPort = 8080
	// crathensPort serves only metrics, if they are read.
	crathensPort = 9090
	// ServicePort is the port of every Service of a site.
	ServicePort = 80
	// PortName is the name of that port in Services and containers; Istio
	// reads the protocol from it.
	PortName = "http"
)

// Name of an object of the site: <site>-<suffix>.
func Name(site *v1alpha1.AthensSite, suffix string) string {
	return site.Name + "-" + suffix
}

// SharedName is the name of an object in a namespace that sites share, where it
// must be a DNS label: <site>-<hash>-<suffix>. The hash is of namespace and name,
// which can read alike for two sites; a site's name leaves room for it.
func SharedName(site *v1alpha1.AthensSite, suffix string) string {
	sum := sha256.Sum256([]byte(Owner(site)))
	return site.Name + "-" + hex.EncodeToString(sum[:4]) + "-" + suffix
}

// Host is the DNS name of one of the site's Services inside the cluster.
func Host(site *v1alpha1.AthensSite, service string) string {
	return serviceHost(site, Name(site, service), site.Namespace)
}

// URL under which other programs of the site reach one of its Services.
func URL(site *v1alpha1.AthensSite, service string) string {
	return "http://" + Host(site, service)
}

// serviceHost is the DNS name of a Service of the cluster.
func serviceHost(site *v1alpha1.AthensSite, name, namespace string) string {
	return name + "." + namespace + ".svc." + site.Spec.ClusterDomain
}

// Account is the name of the ServiceAccount of one of the site's programs.
func Account(site *v1alpha1.AthensSite, program string) string {
	if program == Athens {
		return site.Spec.Athens.ServiceAccount.Name
	}
	return Name(site, program)
}

// Principal is the mesh identity of a ServiceAccount. It is written in full,
// because source.serviceAccounts exists from Istio 1.27 on only.
func Principal(site *v1alpha1.AthensSite, namespace, account string) string {
	return site.Spec.Mesh.TrustDomain + "/ns/" + namespace + "/sa/" + account
}

// AccountPrincipal is the mesh identity of one of the site's own programs.
func AccountPrincipal(site *v1alpha1.AthensSite, program string) string {
	return Principal(site, site.Namespace, Account(site, program))
}
