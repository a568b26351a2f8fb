// Package prove answers where a request goes by reading a site's objects:
// which route takes it, who answers, who else would, and which policy lets it
// pass. Objects may be those of a spec, or as others patched them. Where a
// request meets what this package does not read, the answer says so.
// test/mesh holds it against istiod.
package prove

import (
	"regexp"
	"slices"
	"strconv"
	"sync"
	"time"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	k8snetworkingv1 "k8s.io/api/networking/v1"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	networkingv1alpha3 "istio.io/client-go/pkg/apis/networking/v1alpha3"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
)

// World is one site with the objects that decide about its traffic.
type World struct {
	site *v1alpha1.AthensSite
	// owner is the value of generators.SiteLabel on the site's own objects.
	owner       string
	gateways    []*networkingv1.Gateway
	routes      []*networkingv1.VirtualService
	rules       []*networkingv1.DestinationRule
	sidecars    []*networkingv1.Sidecar
	entries     []*networkingv1.ServiceEntry
	filters     []*networkingv1alpha3.EnvoyFilter
	peers       []*securityv1.PeerAuthentication
	permissions []*securityv1.AuthorizationPolicy
	tokens      []*securityv1.RequestAuthentication
	namespaces  []*corev1.Namespace
	services    []*corev1.Service
	scalers     []*autoscalingv2.HorizontalPodAutoscaler
	workloads   []*workload
	// others decide about traffic too, and are not read.
	others []*Other
	// networks are only read for what they cut off.
	networks []*k8snetworkingv1.NetworkPolicy
	// inferred says that site is what the objects tell of it, not a spec.
	inferred bool
	// unread are reasons why every answer may be wrong.
	unread []string
	// compiled are regular expressions, each once.
	compiled  map[string]*regexp.Regexp
	compiling sync.Mutex
	// selectors of NetworkPolicies are read once: labels.Requirements by their LabelSelector.
	selectors sync.Map
	// hosts of the gateway, the ways past it, and Services by their hosts, found once.
	hosts     []virtualHost
	aside     verdict
	hostsOnce sync.Once
	named     map[string]*corev1.Service
	namedOnce sync.Once
	// gatewayPods are labels of the gateway's pods; gatewaySome says that there may be more.
	gatewayPods map[string]string
	gatewaySome bool
	gatewayOnce sync.Once
}

// New reads the objects of a site that was defaulted and validated.
func New(s *v1alpha1.AthensSite) *World { return Of(s, site.Objects(s)) }

// Of reads a site's objects, as they were made or after a person changed them.
// Each of unread is a reason why every answer may be wrong, such as an object
// that cannot be decoded.
func Of(s *v1alpha1.AthensSite, objects []generators.Object, unread ...string) *World {
	w := &World{
		site:        s,
		owner:       generators.Owner(s),
		gateways:    generators.OfType[*networkingv1.Gateway](objects),
		routes:      generators.OfType[*networkingv1.VirtualService](objects),
		rules:       generators.OfType[*networkingv1.DestinationRule](objects),
		sidecars:    generators.OfType[*networkingv1.Sidecar](objects),
		entries:     generators.OfType[*networkingv1.ServiceEntry](objects),
		filters:     generators.OfType[*networkingv1alpha3.EnvoyFilter](objects),
		peers:       generators.OfType[*securityv1.PeerAuthentication](objects),
		permissions: generators.OfType[*securityv1.AuthorizationPolicy](objects),
		tokens:      generators.OfType[*securityv1.RequestAuthentication](objects),
		namespaces:  generators.OfType[*corev1.Namespace](objects),
		services:    generators.OfType[*corev1.Service](objects),
		scalers:     generators.OfType[*autoscalingv2.HorizontalPodAutoscaler](objects),
		workloads:   workloads(objects),
		others:      generators.OfType[*Other](objects),
		networks:    generators.OfType[*k8snetworkingv1.NetworkPolicy](objects),
		unread:      unread,
		compiled:    map[string]*regexp.Regexp{},
	}
	// istiod takes the oldest first; what has no age yet keeps its place.
	byAge(w.routes)
	byAge(w.rules)
	byAge(w.peers)
	byAge(w.sidecars)
	return w
}

// byAge sorts objects as istiod does where they compete.
func byAge[T generators.Object](objects []T) {
	slices.SortStableFunc(objects, func(a, b T) int {
		x, y := a.GetCreationTimestamp(), b.GetCreationTimestamp()
		return x.Compare(y.Time)
	})
}

// older says whether it is known which of two objects istiod takes first.
func older(a, b generators.Object) bool {
	x, y := a.GetCreationTimestamp(), b.GetCreationTimestamp()
	return !x.IsZero() && !y.IsZero() && !x.Equal(&y)
}

// Site that is asked about. One that was found by its labels has no more than
// what decides about requests.
func (w *World) Site() *v1alpha1.AthensSite { return w.site }

// Answer is what becomes of a request.
type Answer struct {
	// Status that the caller gets; 0 if the connection is closed. A program
	// that is reached counts as 200: what it says is its own affair.
	Status int `json:"status"`
	// By is who answers or refuses: gateway, or a program's name.
	By string `json:"by"`
	// Fallback is the program that answers when all pods of By are gone;
	// empty for none.
	Fallback string `json:"fallback,omitempty"`
	// Seamless says that no client sees it when all pods of By die at once:
	// tries that meet them go on to Fallback.
	Seamless bool `json:"seamless,omitempty"`
	// Route is the name of the gateway's route; empty for none.
	Route string `json:"route,omitempty"`
	// Timeout of the route for all tries together; 0 is none.
	Timeout time.Duration `json:"timeout,omitempty"`
	// Tries are at most so many, each no longer than PerTry (0: no limit of its
	// own), and the next one follows on RetryOn.
	Tries   int           `json:"tries,omitempty"`
	PerTry  time.Duration `json:"perTry,omitempty"`
	RetryOn string        `json:"retryOn,omitempty"`
	// MTLS says that the program was reached with the caller's identity.
	MTLS bool `json:"mtls"`
	// Policy is the AuthorizationPolicy that let it pass, or the reason why
	// none did.
	Policy string `json:"policy,omitempty"`
	// Unknown are the reasons why the answer cannot be judged, each with the
	// object. The rest of the answer is then a guess: it takes what is not
	// known for something that does not match.
	Unknown []string `json:"unknown,omitempty"`
	// Steps that the request took, for people.
	Steps []string `json:"steps,omitempty"`
}

// Outcome is the status as people read it: closed for a connection that is, and
// unknown for an answer that cannot be judged.
func (a *Answer) Outcome() string {
	switch {
	case len(a.Unknown) > 0:
		return "unknown"
	case a.Status == 0:
		return "closed"
	}
	return strconv.Itoa(a.Status)
}

// doubt notes why the answer cannot be judged.
func (a *Answer) doubt(v verdict) {
	for _, why := range v.why {
		if !slices.Contains(a.Unknown, why) {
			a.Unknown = append(a.Unknown, why)
			a.step("cannot judge: %s", why)
		}
	}
}

// Unknown names what is in the way of an answer to some request of the
// table, each with its object; nil if all can be judged.
func (w *World) Unknown() (out []string) {
	for _, row := range w.Table() {
		out = append(out, row.Answer.Unknown...)
	}
	return distinct(out)
}
