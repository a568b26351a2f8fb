package prove

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"istio.io/api/security/v1beta1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// infer reads back from a site's own objects what its spec said: who and where
// the site is, its host, its gateway and its edge. What no object tells has its
// default. Names and the namespace are those of the objects, which others may
// have changed since the label was written.
func infer(owner string, objects []generators.Object) *v1alpha1.AthensSite {
	s := &v1alpha1.AthensSite{}
	s.Namespace, s.Name, _ = strings.Cut(owner, ".")
	s.Spec.Lathens.Enabled, s.Spec.Crathens.Enabled = new(false), new(false)
	gateway := &v1alpha1.IstioGateway{}
	s.Spec.Gateway.Istio = gateway
	for _, object := range objects {
		switch o := object.(type) {
		case *corev1.Namespace:
			s.Spec.Mesh.Revision = o.Labels["istio.io/rev"]
		case *corev1.Service:
			if o.Labels[nameLabel] == generators.Athens {
				s.Namespace = o.Namespace
			}
			*s.Spec.Lathens.Enabled = *s.Spec.Lathens.Enabled || isList(o)
		case *batchv1.CronJob:
			*s.Spec.Crathens.Enabled = *s.Spec.Crathens.Enabled || o.Labels[nameLabel] == generators.Crathens
		case *networkingv1.Gateway:
			gateway.Workload.Labels = o.Spec.GetSelector()
			for _, server := range o.Spec.GetServers() {
				switch n := server.GetPort().GetNumber(); {
				case isPlain(server):
					s.Spec.Gateway.PlainHTTP = v1alpha1.PlainHTTPRedirect
				case n > 0 && n <= 65535:
					gateway.Workload.Port = int32(n)
				}
			}
		}
	}
	for _, object := range objects {
		switch o := object.(type) {
		case *networkingv1.VirtualService:
			inferRoutes(s, o, objects)
			inferDomain(s, o)
		case *securityv1.AuthorizationPolicy:
			inferGateway(s, o)
		}
	}
	if fd, n := s.Spec.Edge.FrontDoor, len(s.Spec.AdditionalHosts); fd != nil && n > 0 && len(s.Spec.Gateway.CatalogClients) > 0 {
		// The last host is the one by which other regions ask.
		fd.OriginHost, s.Spec.AdditionalHosts = s.Spec.AdditionalHosts[n-1].Host, s.Spec.AdditionalHosts[:n-1]
	}
	for _, t := range generators.OfType[*securityv1.RequestAuthentication](objects) {
		inferKeys(s, t)
	}
	s.Default()
	return s
}

const (
	nameLabel   = "app.kubernetes.io/name"
	servesLists = "athens.gomods.io/serves-list"
)

// isList says whether a Service is the one of lathens and, behind it, Athens.
func isList(s *corev1.Service) bool { return s.Spec.Selector[servesLists] != "" }

// inferDomain reads the cluster's domain, which is behind .svc in the hosts of
// the site's Services.
func inferDomain(s *v1alpha1.AthensSite, vs *networkingv1.VirtualService) {
	for _, route := range vs.Spec.GetHttp() {
		for _, to := range route.GetRoute() {
			_, domain, found := strings.Cut(to.GetDestination().GetHost(), "."+s.Namespace+".svc.")
			if found && s.Spec.ClusterDomain == "" {
				s.Spec.ClusterDomain = domain
			}
		}
	}
}

// inferRoutes reads the host and, where the site has no Gateway of its own, the
// one that it is attached to.
func inferRoutes(s *v1alpha1.AthensSite, vs *networkingv1.VirtualService, objects []generators.Object) {
	if hosts := vs.Spec.GetHosts(); s.Spec.Host == "" && len(hosts) > 0 {
		s.Spec.Host = hosts[0]
		for _, host := range hosts[1:] {
			s.Spec.AdditionalHosts = append(s.Spec.AdditionalHosts, v1alpha1.AdditionalHost{Host: host})
		}
	}
	for _, name := range vs.Spec.GetGateways() {
		if name == meshGateway || s.Spec.Gateway.Istio.GatewayRef != nil {
			continue
		}
		ns, name, _ := strings.Cut(inNamespace(name, vs.Namespace), "/")
		own := slices.ContainsFunc(generators.OfType[*networkingv1.Gateway](objects), func(g *networkingv1.Gateway) bool {
			return g.Namespace == ns && g.Name == name
		})
		if !own {
			s.Spec.Gateway.Istio.GatewayRef = &v1alpha1.GatewayRef{Namespace: ns, Name: name}
		}
	}
}

// inferGateway reads who the gateway is in the policies about it: whose
// principal may call, and which Front Door it must have come through.
func inferGateway(s *v1alpha1.AthensSite, policy *securityv1.AuthorizationPolicy) {
	g := &s.Spec.Gateway.Istio.Workload
	rendered, _, _ := strings.Cut(policy.Labels[generators.SiteLabel], ".")
	for _, r := range policy.Spec.GetRules() {
		for _, f := range r.GetFrom() {
			source := f.GetSource()
			for _, principal := range slices.Concat(source.GetPrincipals(), source.GetNotPrincipals()) {
				domain, account, found := strings.Cut(principal, "/ns/")
				namespace, name, isAccount := strings.Cut(account, "/sa/")
				switch {
				case !found || !isAccount:
				case namespace == s.Namespace, namespace == rendered: // a program of the site, which has moved if it is the latter
					s.Spec.Mesh.TrustDomain = domain
				default:
					s.Spec.Mesh.TrustDomain, g.Namespace, g.ServiceAccountName = domain, namespace, name
				}
			}
			inferClients(s, r, source)
		}
		if policy.Spec.GetAction() == v1beta1.AuthorizationPolicy_DENY {
			inferFrontDoor(s, policy, r)
		}
	}
	if provider := policy.Spec.GetProvider().GetName(); provider != "" {
		s.Spec.Gateway.ExtAuthz = &v1alpha1.ExtAuthz{Provider: provider}
	}
}

// inferClients reads an entry of gateway.clients, or of catalogClients, in a rule.
// Each is in the policies of both programs.
func inferClients(s *v1alpha1.AthensSite, r *v1beta1.Rule, source *v1beta1.Source) {
	entry := v1alpha1.GatewayClients{CIDRs: source.GetRemoteIpBlocks()}
	if of := source.GetRequestPrincipals(); len(of) > 0 {
		entry.JWT = &v1alpha1.ClientJWT{Issuer: strings.TrimSuffix(of[0], "/*")}
		for _, c := range r.GetWhen() {
			if name, is := strings.CutPrefix(c.GetKey(), onClaim); is {
				entry.JWT.Claims = append(entry.JWT.Claims, v1alpha1.ClientClaim{Name: strings.TrimSuffix(name, "]"), Values: c.GetValues()})
			} else if c.GetKey() == "request.auth.audiences" {
				entry.JWT.Audiences = c.GetValues()
			}
		}
	}
	list := &s.Spec.Gateway.Clients
	for _, t := range r.GetTo() {
		if slices.Contains(t.GetOperation().GetPaths(), "/catalog") {
			list = &s.Spec.Gateway.CatalogClients
		}
	}
	known := slices.ContainsFunc(*list, func(c v1alpha1.GatewayClients) bool {
		c.Name = ""
		return reflect.DeepEqual(c, entry)
	})
	if !known && (len(entry.CIDRs) > 0 || entry.JWT != nil) {
		entry.Name = strconv.Itoa(len(*list) + 1)
		*list = append(*list, entry)
	}
}

// inferKeys reads where the keys of tokens are.
func inferKeys(s *v1alpha1.AthensSite, tokens *securityv1.RequestAuthentication) {
	for _, list := range [][]v1alpha1.GatewayClients{s.Spec.Gateway.Clients, s.Spec.Gateway.CatalogClients} {
		for _, c := range list {
			for _, r := range tokens.Spec.GetJwtRules() {
				if c.JWT != nil && c.JWT.Issuer == r.GetIssuer() {
					c.JWT.JWKSURI = r.GetJwksUri()
				}
			}
		}
	}
}

func inferFrontDoor(s *v1alpha1.AthensSite, policy *securityv1.AuthorizationPolicy, r *v1beta1.Rule) {
	g := &s.Spec.Gateway.Istio.Workload
	for _, c := range r.GetWhen() {
		if ids := c.GetNotValues(); strings.EqualFold(c.GetKey(), frontDoorKey) && len(ids) > 0 {
			s.Spec.Edge.FrontDoor = &v1alpha1.FrontDoor{ID: ids[0]}
			g.Labels = policy.Spec.GetSelector().GetMatchLabels()
		}
	}
	for _, t := range r.GetTo() {
		for _, port := range t.GetOperation().GetPorts() {
			if n, err := strconv.ParseInt(port, 10, 32); err == nil { // error dropped: text that is not a number is not a port
				g.TargetPort = int32(n)
			}
		}
	}
}

const (
	frontDoorHeader = "x-azure-fdid"
	frontDoorKey    = onHeader + frontDoorHeader + "]"
)
