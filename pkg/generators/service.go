package generators

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// service is the Service of one of the programs.
func service(site *v1alpha1.AthensSite, program string) *corev1.Service {
	return serviceFor(site, program, program, Selector(site, program))
}

// serviceFor picks any pods that have a port named http. Istio takes the
// protocol from appProtocol or from the port's name; both say the same.
func serviceFor(site *v1alpha1.AthensSite, suffix, program string, selector map[string]string) *corev1.Service {
	return &corev1.Service{
		TypeMeta:   Type("v1", "Service"),
		ObjectMeta: Meta(site, Name(site, suffix), program),
		Spec: corev1.ServiceSpec{
			Type:     corev1.ServiceTypeClusterIP,
			Selector: selector,
			Ports: []corev1.ServicePort{{
				Name:        PortName,
				Port:        ServicePort,
				TargetPort:  intstr.FromString(PortName),
				Protocol:    corev1.ProtocolTCP,
				AppProtocol: new("http"),
			}},
		},
	}
}
