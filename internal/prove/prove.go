// Package prove answers where a request goes by reading a site's own objects:
// which route takes it, who answers, who else would, and which policy lets it
// pass. It knows the part of Istio that this project uses, and says so where
// it meets another; test/mesh holds it against istiod.
package prove

import (
	"strconv"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	networkingv1alpha3 "istio.io/client-go/pkg/apis/networking/v1alpha3"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
)

// World is one site with the objects that decide about its traffic.
type World struct {
	site        *v1alpha1.AthensSite
	gateways    []*networkingv1.Gateway
	routes      []*networkingv1.VirtualService
	rules       []*networkingv1.DestinationRule
	services    []*corev1.Service
	workloads   []*appsv1.Deployment
	scalers     []*autoscalingv2.HorizontalPodAutoscaler
	filters     []*networkingv1alpha3.EnvoyFilter
	peers       []*securityv1.PeerAuthentication
	permissions []*securityv1.AuthorizationPolicy
}

// New reads the objects of a site that was defaulted and validated.
func New(s *v1alpha1.AthensSite) *World { return Of(s, site.Objects(s)) }

// Of reads a site's objects, as they were made or after somebody changed them.
func Of(s *v1alpha1.AthensSite, objects []generators.Object) *World {
	return &World{
		site:        s,
		gateways:    generators.OfType[*networkingv1.Gateway](objects),
		routes:      generators.OfType[*networkingv1.VirtualService](objects),
		rules:       generators.OfType[*networkingv1.DestinationRule](objects),
		services:    generators.OfType[*corev1.Service](objects),
		workloads:   generators.OfType[*appsv1.Deployment](objects),
		scalers:     generators.OfType[*autoscalingv2.HorizontalPodAutoscaler](objects),
		filters:     generators.OfType[*networkingv1alpha3.EnvoyFilter](objects),
		peers:       generators.OfType[*securityv1.PeerAuthentication](objects),
		permissions: generators.OfType[*securityv1.AuthorizationPolicy](objects),
	}
}

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
	// Steps that the request took, for people.
	Steps []string `json:"steps,omitempty"`
}

// Outcome is the status as people read it: closed for a connection that is.
func (a *Answer) Outcome() string {
	if a.Status == 0 {
		return "closed"
	}
	return strconv.Itoa(a.Status)
}
