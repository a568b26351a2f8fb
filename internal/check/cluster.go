package check

import (
	"slices"

	"github.com/gomods/athens-kfn/pkg/generators"
)

// Kubectl asks a cluster: it runs kubectl with arguments that only read, and
// returns what that prints.
type Kubectl func(args ...string) ([]byte, error)

// Found is whether the cluster has something that must exist.
type Found string

// What the cluster says of a need.
const (
	FoundYes     Found = "yes"
	FoundNo      Found = "no"
	FoundUnknown Found = "unknown"
	// FoundOutside is about what no cluster holds.
	FoundOutside Found = "outside"
)

// asker asks a cluster about one site.
type asker struct {
	kubectl Kubectl
	*World
	report func(code, format string, args ...any)
}

// ask looks up everything that the site takes for granted of its cluster, and
// marks its needs.
func (a *asker) ask(needs []Need) {
	version, err := a.kubectl("get", "--raw", "/version")
	if err != nil {
		a.report(notAnswered, "the cluster: %s", err)
		for i := range needs {
			needs[i].Found = FoundUnknown
		}
		return
	}
	a.kubernetes(version)
	served := a.apis()
	var providers []string
	var read bool
	if generators.Meshed(a.Site) {
		a.injection()
		a.gatewayPods()
		providers, read = a.meshConfig()
	}
	for i := range needs {
		n := &needs[i]
		switch {
		case n.Kind == "API":
			n.Found = served[n.Name]
		case n.Kind == "CNI plugin":
			n.Found = a.cni()
		case n.Kind == "extension provider":
			n.Found = a.provider(n, providers, read)
		case resources[n.Kind] != "" || n.group != "":
			n.Found = a.object(n)
		case slices.Contains(outside, n.Kind):
			n.Found = FoundOutside
		default:
			n.Found = FoundUnknown
			a.report(notAnswered, "%s %s: check does not know the resource of this kind; look for it with kubectl", n.Kind, n.Name)
		}
	}
	a.defaultClass()
}

// outside are the kinds of needs that are not in the cluster.
var outside = []string{"key set", "blob container", "Key Vault", "public address"}
