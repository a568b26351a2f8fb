package mesh

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// Annotations by which the cloud provider of AKS makes a load balancer
// (cloud-provider-azure, topics/loadbalancer and topics/pls-integration).
const (
	allowedServiceTags = "service.beta.kubernetes.io/azure-allowed-service-tags"
	internalBalancer   = "service.beta.kubernetes.io/azure-load-balancer-internal"
	// allowedRanges are admitted beside the tags; loadBalancerSourceRanges would
	// make kube-proxy drop what the tags admit.
	allowedRanges  = "service.beta.kubernetes.io/azure-allowed-ip-ranges"
	linkCreate     = "service.beta.kubernetes.io/azure-pls-create"
	linkName       = "service.beta.kubernetes.io/azure-pls-name"
	linkGroup      = "service.beta.kubernetes.io/azure-pls-resource-group"
	linkVisibility = "service.beta.kubernetes.io/azure-pls-visibility"
	// frontDoorTag are the addresses from which Front Door calls origins.
	frontDoorTag = "AzureFrontDoor.Backend"
)

// FrontDoorService is a load balancer before the gateway's pods that only
// Front Door reaches. There is none without spec.edge.frontDoor.loadBalancer:
// the gateway's own Service then has another owner.
func FrontDoorService(site *v1alpha1.AthensSite) []generators.Object {
	fd, g := site.Spec.Edge.FrontDoor, site.Spec.Gateway.Workload()
	if !generators.Meshed(site) || fd == nil || fd.LoadBalancer == nil {
		return nil
	}
	meta := gatewayMeta(site, "")
	meta.Name = generators.SharedName(site, "front-door") // a Service's has no dots
	if l := fd.LoadBalancer.PrivateLink; l != nil {
		// /subscriptions/ID/resourceGroups/GROUP/providers/…/NAME
		id := strings.Split(l.ResourceID, "/")
		meta.Annotations = map[string]string{
			internalBalancer: "true",
			linkCreate:       "true",
			linkName:         id[len(id)-1],
			linkGroup:        id[4],
			// Front Door asks from a subscription of Microsoft's; nothing is
			// connected before an operator approves it.
			linkVisibility: "*",
		}
	} else {
		meta.Annotations = map[string]string{allowedServiceTags: frontDoorTag}
	}
	service := &corev1.Service{
		TypeMeta:   generators.Type("v1", "Service"),
		ObjectMeta: meta,
		Spec: corev1.ServiceSpec{
			Type:     corev1.ServiceTypeLoadBalancer,
			Selector: g.Labels,
			Ports: []corev1.ServicePort{{
				// Without an appProtocol the health probe opens a TCP connection.
				// https would make it a GET of / without the site's name, which
				// the gateway answers 404, and no node would ever be healthy.
				Name:       "https",
				Protocol:   corev1.ProtocolTCP,
				Port:       g.Port,
				TargetPort: intstr.FromInt32(g.TargetPort),
			}},
		},
	}
	if ranges := site.Spec.Gateway.CatalogRanges(); len(ranges) > 0 {
		if fd.LoadBalancer.ServiceTag != nil {
			meta.Annotations[allowedRanges] = strings.Join(ranges, ",")
		}
		// The other regions are known by their addresses, which a hop between
		// nodes would replace.
		service.Spec.ExternalTrafficPolicy = corev1.ServiceExternalTrafficPolicyLocal
	}
	return []generators.Object{service}
}
