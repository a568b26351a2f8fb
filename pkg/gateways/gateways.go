// Package gateways is the table of the ingress gateways that the known
// installers of Istio make: where their pods run, which labels they carry and
// which ServiceAccount is their identity. The three belong together: a site
// that takes one of them from here takes all.
package gateways

import (
	"maps"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/namespaces"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// Installation is a gateway as one installer makes it.
type Installation struct {
	// By is the installer, for messages.
	By string
	// Namespace of the gateway's pods; empty if the installer chooses it
	// one.
	Namespace string
	// Labels that tell the pods from others. A * in a value is a name that
	// the installer chooses.
	Labels map[string]string
	// ServiceAccount of the pods; its * is that of Labels.
	ServiceAccount string
	// Reach is who reaches the load balancer before the pods.
	Reach Reach
	// Tool installs this Istio; empty where any may.
	Tool Tool
}

// Tool installs Istio.
type Tool string

// Tools that install Istio.
const (
	Istioctl Tool = "istioctl"
	Helm     Tool = "helm"
	AddOn    Tool = "the AKS add-on"
)

// Reach is who reaches a load balancer.
type Reach string

// Reaches of load balancers.
const (
	// Unknown is up to the installer of the gateway. On a cloud it is the
	// internet unless an annotation of the Service says otherwise.
	Unknown Reach = ""
	// Internet is a public address.
	Internet Reach = "internet"
	// Network is a private address.
	Network Reach = "network"
)

// Keys of labels; gatewayName is on the pods that Istio makes for a Gateway of
// the Gateway API.
const (
	istio       = "istio"
	app         = "app"
	gatewayName = "gateway.networking.k8s.io/gateway-name"
)

// Names that the AKS add-on gives its two gateways.
const (
	aksNamespace = "aks-istio-ingress"
	aksExternal  = "aks-istio-ingressgateway-external"
	aksInternal  = "aks-istio-ingressgateway-internal"
)

// istioctl and aks are the default installations, without and with a revision
// of the AKS add-on.
var (
	// From manifests/charts/gateways/istio-ingress of Istio 1.31.
	istioctl = Installation{
		By: "istioctl install", Namespace: "istio-system",
		Labels:         map[string]string{istio: "ingressgateway", app: "istio-ingressgateway"},
		ServiceAccount: "istio-ingressgateway-service-account", Tool: Istioctl,
	}
	aks = Installation{
		By: "the external gateway of the AKS add-on", Namespace: aksNamespace,
		Labels:         map[string]string{istio: aksExternal, app: aksExternal},
		ServiceAccount: aksExternal, Reach: Internet, Tool: AddOn,
	}
)

// Known are all installations of the table.
func Known() []Installation {
	// The Helm chart calls its account as its release, and labels its pods
	// app: RELEASE and istio: RELEASE without a leading istio-
	// (manifests/charts/gateway/templates/_helpers.tpl of Istio 1.31). Istio's
	// pages install the two releases that have a namespace here.
	const helm = "the Helm chart istio/gateway"
	return []Installation{
		istioctl,
		{helm + ", release istio-ingress", "istio-ingress", map[string]string{istio: "ingress", app: "istio-ingress"}, "istio-ingress", Unknown, Helm},
		{helm + ", release istio-ingressgateway", "istio-ingress", map[string]string{istio: "ingressgateway", app: "istio-ingressgateway"}, "istio-ingressgateway", Unknown, Helm},
		aks,
		{"the internal gateway of the AKS add-on", aksNamespace, map[string]string{istio: aksInternal, app: aksInternal}, aksInternal, Network, AddOn},
		{helm, "", map[string]string{istio: "*", app: "istio-*"}, "istio-*", Unknown, Helm},
		{helm, "", map[string]string{istio: "*", app: "*"}, "*", Unknown, Helm},
		// Gateways of another class than istio are not known: their account ends
		// with the class.
		{"Istio, for a Gateway of the Gateway API", "", map[string]string{gatewayName: "*"}, "*-istio", Unknown, ""},
	}
}

// Pods are the labels by which a site selects the pods where it says nothing.
func (i Installation) Pods() map[string]string {
	return map[string]string{istio: i.Labels[istio]}
}

// Default is the installation that a site is behind which says nothing of its
// gateway: istioctl's, or the external one of the AKS add-on.
func Default(addOn bool) Installation {
	if addOn {
		return aks
	}
	return istioctl
}

// Find is the installation that a namespace, a selector and an account mean, of
// which any may be empty: the default one if its pods fit the first two, else
// the only one that fits all. None is found if several do, or none.
func Find(addOn bool, namespace string, selector map[string]string, account string) (Installation, bool) {
	if standard, ok := Default(addOn).fits(namespace, selector); ok {
		return standard, true
	}
	var found []Installation
	for _, i := range Known() {
		fit, ok := i.fits(namespace, selector)
		known := slices.ContainsFunc(found, func(f Installation) bool { return f.ServiceAccount == fit.ServiceAccount })
		if ok && !known && (account == "" || account == fit.ServiceAccount) {
			found = append(found, fit)
		}
	}
	if len(found) != 1 {
		return Installation{}, false
	}
	return found[0], true
}

// Of is the installation whose pods a selector means in a namespace, whatever
// their account, if the table knows one. An installation that may be in any
// namespace counts in none that belongs to others, and in no root namespace,
// where its labels mean pods of all namespaces.
func Of(namespace string, selector map[string]string) (Installation, bool) {
	_, taken := namespaces.Reserved(namespace)
	if namespaces.Match([]string{"istio-*", "aks-istio-*"}, namespace) {
		taken = Root(namespace)
	}
	for _, i := range Known() {
		if i.Namespace == "" && taken || len(selector) == 0 {
			continue
		}
		if found, ok := i.fits(namespace, selector); ok {
			return found, true
		}
	}
	return Installation{}, false
}

// Root says whether a namespace is where one of the known installers puts the
// control plane: policies there are about pods of all namespaces.
func Root(namespace string) bool { return slices.Contains(Roots(), namespace) }

// Roots are the namespaces that Root knows: of istioctl and the Helm chart
// istiod, and of the AKS add-on.
func Roots() []string { return []string{"istio-system", "aks-istio-system"} }

// fits says whether pods of an installation run in a namespace and carry the
// labels of a selector.
func (i Installation) fits(namespace string, selector map[string]string) (Installation, bool) {
	switch i.Namespace {
	case "": // known by its labels, all of them, in a namespace that is given
		if namespace == "" || len(selector) != len(i.Labels) {
			return i, false
		}
	case namespace:
	default:
		if namespace != "" {
			return i, false
		}
	}
	name := ""
	for _, key := range slices.Sorted(maps.Keys(selector)) {
		before, after, open := strings.Cut(i.Labels[key], "*")
		value := selector[key]
		if !open {
			if i.Labels[key] != value || value == "" {
				return i, false
			}
			continue
		}
		chosen, begins := strings.CutPrefix(value, before)
		chosen, ends := strings.CutSuffix(chosen, after)
		if !begins || !ends || chosen == "" || name != "" && name != chosen {
			return i, false
		}
		name = chosen
	}
	i.ServiceAccount = strings.Replace(i.ServiceAccount, "*", name, 1)
	return i, true
}

// Command prints the pods that carry the labels, in one namespace or, if it is
// empty, in all, with what gateway.istio.workload says of them.
func Command(namespace string, selector map[string]string) string {
	where, which := "kubectl get pods -A", ""
	if namespace != "" {
		where = "kubectl -n " + quote.Shell(namespace) + " get pods"
	}
	if len(selector) > 0 {
		which = " -l " + quote.Shell(Selector(selector))
	}
	return where + which + " -o custom-columns=NAMESPACE:.metadata.namespace,POD:.metadata.name,ACCOUNT:.spec.serviceAccountName,LABELS:.metadata.labels"
}

// ObjectCommand prints an Istio Gateway in one of kubectl's formats.
func ObjectCommand(namespace, name, format string) string {
	return "kubectl -n " + quote.Shell(namespace) + " get gateways.networking.istio.io " + quote.Shell(name) + " -o " + quote.Shell(format)
}

// Selector is a selector as kubectl reads it.
func Selector(labels map[string]string) string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		out = append(out, key+"="+labels[key])
	}
	return strings.Join(out, ",")
}
