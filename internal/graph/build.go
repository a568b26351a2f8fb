package graph

import (
	"slices"
	"strings"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	k8snetworkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/manifests"
	"github.com/gomods/athens-kfn/internal/prove"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// New draws a site with its objects, as they were made or as others changed them.
func New(of *manifests.Subject) *Graph {
	s := of.Site
	b := &builder{
		site:    s,
		objects: of.Objects,
		world:   of.World,
		allowed: allowances(of.Objects),
		Graph: &Graph{
			Unknown:   slices.Clone(of.Unknown),
			Subtitle:  "AthensSite " + s.Namespace + "/" + s.Name,
			About:     "The path of a request through the site, and the callers that each program admits.",
			Namespace: s.Namespace,
		},
	}
	if generators.Meshed(s) {
		b.rows = of.World.Table()
	}
	b.Title = b.scheme() + "://" + s.Spec.Host
	if s.Spec.Region != "" {
		b.Subtitle += ", region " + s.Spec.Region
	}
	b.rules()
	b.entry()
	b.serviceBoxes()
	b.workloads()
	b.beyond()
	b.around()
	b.arrows()
	b.settle()
	if len(b.Unknown) > 0 {
		b.Rules = append(b.Rules, "not everything here is known")
	}
	b.Egress = b.egress()
	return b.Graph
}

type builder struct {
	*Graph
	site    *v1alpha1.AthensSite
	objects []generators.Object
	// rows are prove's table; none without a mesh.
	rows    []prove.Row
	world   *prove.World
	allowed []allowance
}

func (b *builder) add(n Node) { b.Nodes = append(b.Nodes, n) }

func (b *builder) arrow(e Edge) { b.Edges = append(b.Edges, e) }

func ref(o generators.Object) krm.ID {
	return krm.ID{Kind: o.GetObjectKind().GroupVersionKind().Kind, Namespace: o.GetNamespace(), Name: o.GetName()}
}

func (b *builder) services() []*corev1.Service {
	return slices.DeleteFunc(generators.OfType[*corev1.Service](b.objects), func(s *corev1.Service) bool {
		return s.Namespace != b.site.Namespace || slices.Contains(b.balancers(), s)
	})
}

// balancers are the Services by which clients reach a site without a mesh.
func (b *builder) balancers() []*corev1.Service {
	return slices.DeleteFunc(generators.OfType[*corev1.Service](b.objects), func(s *corev1.Service) bool {
		return s.Spec.Type != corev1.ServiceTypeLoadBalancer || generators.Meshed(b.site)
	})
}

// IDs of boxes that do not represent an object of their own.
const (
	clientID  = "client"
	edgeID    = "front-door"
	gatewayID = "gateway"
	ingressID = "ingress"
	volumeID  = "volume"
)

func serviceID(name string) string { return "service-" + name }

// scheme is how clients reach the site: an Ingress without a certificate speaks
// plain HTTP.
func (b *builder) scheme() string {
	scheme := "https"
	if len(b.balancers()) > 0 {
		scheme = "http"
	}
	for _, in := range generators.OfType[*k8snetworkingv1.Ingress](b.objects) {
		if len(in.Spec.TLS) == 0 {
			scheme = "http"
		}
	}
	return scheme
}

// rules are what holds for all pods of the site.
func (b *builder) rules() {
	b.Objects = b.mine(func(o generators.Object) bool { return b.box(o) == "" })
	if !generators.Meshed(b.site) {
		b.Rules = []string{"no mesh: plain HTTP inside", "every client that reaches a Service may call it"}
		return
	}
	b.Rules = []string{"sidecar mesh", "mTLS " + strings.ToLower(b.mtls()), "only these arrows are allowed"}
}

func (b *builder) mtls() string {
	mode := "permissive"
	for _, p := range generators.OfType[*securityv1.PeerAuthentication](b.objects) {
		if p.Namespace == b.site.Namespace && p.Spec.GetSelector() == nil {
			mode = p.Spec.GetMtls().GetMode().String()
		}
	}
	return mode
}

// box is the ID of the box that an object belongs to; empty for what holds for
// the whole site.
func (b *builder) box(object generators.Object) string {
	switch o := object.(type) {
	case *networkingv1.Gateway, *networkingv1.VirtualService:
		return gatewayID
	case *k8snetworkingv1.Ingress:
		return ingressID
	case *corev1.Service:
		if slices.Contains(b.balancers(), o) {
			return ingressID
		}
		if o.Namespace != b.site.Namespace {
			return gatewayID // one that leads to the gateway's pods
		}
		return serviceID(o.Name)
	case *networkingv1.DestinationRule:
		name, _, _ := strings.Cut(o.Spec.GetHost(), ".")
		return serviceID(name)
	case *corev1.PersistentVolumeClaim:
		return volumeID
	}
	if id := b.aroundBox(ref(object)); id != "" {
		return id
	}
	switch program := object.GetLabels()["app.kubernetes.io/name"]; {
	case generators.Meshed(b.site) && object.GetNamespace() == b.site.Spec.Gateway.Workload().Namespace && object.GetNamespace() != b.site.Namespace:
		return gatewayID
	case program == generators.SiteWide:
		return ""
	default:
		return program
	}
}

// mine are the objects that which picks.
func (b *builder) mine(which func(generators.Object) bool) (out []krm.ID) {
	for _, o := range b.objects {
		if which(o) {
			out = append(out, ref(o))
		}
	}
	return out
}

func (b *builder) objectsOf(id string) []krm.ID {
	return b.mine(func(o generators.Object) bool { return b.box(o) == id })
}

// template is the pods of a Deployment or a CronJob.
type template struct {
	id, name string
	kind     Kind
	object   generators.Object
	*corev1.PodTemplateSpec
}

func (b *builder) templates() (out []template) {
	for _, object := range b.objects {
		switch o := object.(type) {
		case *appsv1.Deployment:
			out = append(out, template{b.box(o), o.Name, Workload, o, &o.Spec.Template})
		case *batchv1.CronJob:
			out = append(out, template{b.box(o), o.Name, Job, o, &o.Spec.JobTemplate.Spec.Template})
		}
	}
	return out
}

// asks says whether a program is told the address of a Service.
func (t *template) asks(s *corev1.Service) bool {
	url := "http://" + s.Name + "." + s.Namespace + ".svc"
	return slices.ContainsFunc(t.Spec.Containers, func(c corev1.Container) bool {
		return slices.ContainsFunc(c.Args, func(a string) bool { return strings.Contains(a, url) })
	})
}

// behind are the programs whose pods a Service picks.
func (b *builder) behind(s *corev1.Service) []template {
	return slices.DeleteFunc(b.templates(), func(t template) bool {
		return !labels.SelectorFromSet(s.Spec.Selector).Matches(labels.Set(t.Labels))
	})
}

// principal of the pods of a template; empty outside a mesh.
func (b *builder) principal(t *template) string {
	if !generators.Meshed(b.site) {
		return ""
	}
	return generators.Principal(b.site, b.site.Namespace, t.Spec.ServiceAccountName)
}

// scale is how many pods a Deployment has.
func (b *builder) scale(d *appsv1.Deployment) *Pods {
	p := &Pods{Min: 1}
	if d.Spec.Replicas != nil {
		p.Min = int(*d.Spec.Replicas)
	}
	p.Max = p.Min
	for _, h := range generators.OfType[*autoscalingv2.HorizontalPodAutoscaler](b.objects) {
		if h.Namespace == d.Namespace && h.Spec.ScaleTargetRef.Name == d.Name {
			p.Min, p.Max = 1, int(h.Spec.MaxReplicas)
			if h.Spec.MinReplicas != nil {
				p.Min = int(*h.Spec.MinReplicas)
			}
		}
	}
	if a := b.site.Spec.Athens.Autoscaling; b.box(d) == generators.Athens && a != nil && a.KEDA != nil { // KEDA makes the autoscaler
		p.Min, p.Max = int(b.site.Spec.Athens.Replicas), int(a.MaxReplicas)
	}
	p.Min, p.Max = max(0, p.Min), max(0, p.Max)
	p.Zones = slices.ContainsFunc(d.Spec.Template.Spec.TopologySpreadConstraints, func(c corev1.TopologySpreadConstraint) bool {
		return c.TopologyKey == corev1.LabelTopologyZone
	})
	return p
}
