package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Gateway is how clients reach the site: istio, ingress or service, at most one of
// them.
//
// +kubebuilder:validation:AtMostOneOf=istio;ingress;service
type Gateway struct {
	// Istio reaches the site through an ingress gateway of the mesh.
	// Default: {} in a mesh, none with mesh.mode None.
	// +optional
	Istio *IstioGateway `json:"istio,omitempty"`

	// Ingress generates a Kubernetes Ingress; only with mesh.mode None.
	// Default: none.
	// +optional
	Ingress *Ingress `json:"ingress,omitempty"`

	// Service generates a Service with an address of its own; only with mesh.mode
	// None. Default: none.
	// +optional
	Service *GatewayService `json:"service,omitempty"`

	// Annotations of the object that is generated: the Ingress or the Service, for
	// its controller, or Istio's Gateway. Default: none.
	// +optional
	Annotations map[string]string `json:"annotations,omitempty"`

	// TLS of the site's host. Default: {} in a mesh without
	// istio.gatewayRef; none for an Ingress, which then serves plain HTTP.
	// +optional
	TLS *GatewayTLS `json:"tls,omitempty"`

	// PlainHTTP is what becomes of requests over plain HTTP. Redirect answers them
	// with 301 to https: on port 80 of the gateway, which the Gateway then opens
	// for the site's hosts, or in the Front Door that the site makes. Only in a
	// mesh, without istio.gatewayRef. Default: Closed.
	// +kubebuilder:validation:Enum=Closed;Redirect
	// +optional
	PlainHTTP string `json:"plainHTTP,omitempty"`

	// HSTS adds the header Strict-Transport-Security to the answers of all routes,
	// errors too; only in a mesh. Default: none.
	// +optional
	HSTS *HSTS `json:"hsts,omitempty"`

	// Internal states that only private networks reach the gateway: its load
	// balancer has no public address. It generates nothing; check relies on it.
	// Default: true for the internal gateway of the AKS add-on, else false.
	// +optional
	Internal bool `json:"internal,omitempty"`

	// Timeouts of the routes; only in a mesh.
	// +optional
	Timeouts RouteTimeouts `json:"timeouts,omitempty"`

	// Clients may use the site; only in a mesh. A request passes if all parts of one
	// entry hold. /healthz stays open. With edge.frontDoor, cidrs are the
	// addresses that Front Door sees; without one, those that the gateway sees
	// (externalTrafficPolicy: Local). Default: none, everyone may.
	// +listType=map
	// +listMapKey=name
	// +optional
	Clients []GatewayClients `json:"clients,omitempty"`

	// ExtAuthz has an external authorizer decide as well: with clients, both must
	// agree. It is not asked about /healthz, nor /catalog with catalogClients.
	// Only in a mesh. Default: none.
	// +optional
	ExtAuthz *ExtAuthz `json:"extAuthz,omitempty"`

	// CatalogClients may read /catalog through the gateway; only in a mesh.
	// They are the crathens of other regions (crathens.sources there), which send
	// no token. The gateway
	// must see the addresses of its clients (externalTrafficPolicy: Local) and
	// trust no forwarded ones. The catalog names private modules.
	// Default: none, the catalog stays inside.
	// +listType=map
	// +listMapKey=name
	// +optional
	CatalogClients []GatewayClients `json:"catalogClients,omitempty"`
}

// IstioGateway is an ingress gateway of the mesh.
type IstioGateway struct {
	// GatewayRef attaches the site to an existing Istio Gateway; tls and
	// annotations must then be left out. Default: none, the site generates its
	// own.
	// +optional
	GatewayRef *GatewayRef `json:"gatewayRef,omitempty"`

	// Workload is the gateway's pods.
	// +optional
	Workload GatewayWorkload `json:"workload,omitempty"`
}

// GatewayRef names an object Gateway (networking.istio.io).
type GatewayRef struct {
	// Namespace of the Gateway. Required. Example: istio-ingress
	Namespace string `json:"namespace"`
	// Name of the Gateway. Required. Example: shared
	Name string `json:"name"`
}

// String is the reference as a VirtualService writes it.
func (r GatewayRef) String() string { return r.Namespace + "/" + r.Name }

// GatewayWorkload is the pods of an ingress gateway. If the fields that are set
// match one of the known installations, it gives the value of the others:
// https://github.com/gomods/athens-kfn/blob/main/docs/howto/gateway.md. For any
// other gateway, namespace, labels and serviceAccountName are all required.
type GatewayWorkload struct {
	// Namespace of the pods. Default: the first of istio.gatewayRef.namespace
	// (unless that is the site's own), the namespace of the known installation
	// that labels match, and istio-system, or aks-istio-ingress with a revision
	// of the AKS add-on.
	// +optional
	Namespace string `json:"namespace,omitempty"`

	// ServiceAccountName of the pods: the identity that may call the site.
	// Default: that of the known installation that namespace and labels match,
	// as in istio-ingressgateway-service-account, which istioctl makes.
	// +optional
	ServiceAccountName string `json:"serviceAccountName,omitempty"`

	// Labels of the pods. Default: those of the known installation in that
	// namespace, else istio: ingressgateway, or istio:
	// aks-istio-ingressgateway-external with a revision of the AKS add-on.
	// +optional
	Labels map[string]string `json:"labels,omitempty"`

	// Port of the gateway's Service that serves HTTPS: in the Gateway that is
	// generated, and in the addresses that client and Front Door use.
	// Default: 443.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	// +optional
	Port int32 `json:"port,omitempty"`

	// TargetPort of the pods behind that port, which the mesh's policies on the
	// gateway match: those generated with edge, and those that prove reads.
	// Default: 8443.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	// +optional
	TargetPort int32 `json:"targetPort,omitempty"`
}

// Ingress is a Kubernetes Ingress for a site outside a mesh.
type Ingress struct {
	// ClassName is the IngressClass. Default: the cluster's own default class.
	// +optional
	ClassName string `json:"className,omitempty"`
}

// GatewayTLS is the certificate with which the gateway terminates TLS: secretName
// or issuerRef. It is in a Secret of type kubernetes.io/tls in the namespace of
// the gateway's pods, or in the site's namespace for an Ingress.
//
// +kubebuilder:validation:AtMostOneOf=secretName;issuerRef
type GatewayTLS struct {
	// SecretName of a certificate that others provide. Default:
	// <metadata.name>-tls without issuerRef, and <host>-tls for an additional
	// host.
	// +optional
	SecretName string `json:"secretName,omitempty"`

	// IssuerRef generates a Certificate of cert-manager, which gets one from this
	// issuer and renews it. Default: none.
	// +optional
	IssuerRef *IssuerRef `json:"issuerRef,omitempty"`
}

// RouteTimeouts are the gateway's timeouts for each class of requests.
// Zips have none: a large one takes as long as the client's line needs.
type RouteTimeouts struct {
	// List is the timeout of `@v/list` and `@latest`, all attempts together:
	// three, or with lathens.spread ByModule one for each replica of lathens
	// and two more. Each gets an equal part, at least 3s, so that it outlives a
	// connection attempt (2s); there are fewer attempts where more do not fit.
	// lathens answers a second before an attempt ends.
	// Default: 10s for each attempt, at most edge.frontDoor.originTimeout.
	// +optional
	List *metav1.Duration `json:"list,omitempty"`

	// Module is the timeout of `.info` and `.mod`: the first request for a
	// version waits for the whole download. Default:
	// edge.frontDoor.originTimeout, or 300s without an edge.
	// +optional
	Module *metav1.Duration `json:"module,omitempty"`

	// SumDB is the timeout of /sumdb/. A checksum database fetches a module
	// that it does not know yet before it answers; sum.golang.org has taken
	// 58s, and the go command does not retry after a 504. Default: 120s, but
	// not more than edge.frontDoor.originTimeout.
	// +optional
	SumDB *metav1.Duration `json:"sumDB,omitempty"`
}

// Workload is the pods of the mesh's gateway; empty without one.
func (g *Gateway) Workload() GatewayWorkload {
	if g.Istio == nil {
		return GatewayWorkload{}
	}
	return g.Istio.Workload
}

// Ref is the Gateway that the site is attached to, or nil.
func (g *Gateway) Ref() *GatewayRef {
	if g.Istio == nil {
		return nil
	}
	return g.Istio.GatewayRef
}
