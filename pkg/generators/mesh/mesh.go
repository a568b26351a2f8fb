// Package mesh makes the Istio objects of a site: how requests reach it, who
// may call which program inside it, and what may leave it. Like package generators it is
// pure and total; with mesh.mode None every function returns nil.
package mesh

import (
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// The Istio APIs that the objects belong to, served since Istio 1.22.
const (
	networkingAPI = "networking.istio.io/v1"
	securityAPI   = "security.istio.io/v1"
	telemetryAPI  = "telemetry.istio.io/v1"
)

// gatewayMeta is the metadata of an object that lives beside the gateway's
// pods, in a namespace that sites share. Neither a namespace nor a site's name has
// a dot, so no other site's name reads like this one.
func gatewayMeta(site *v1alpha1.AthensSite, suffix string) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Name:      generators.Owner(site) + "-" + suffix,
		Namespace: site.Spec.Gateway.Workload().Namespace,
		Labels:    generators.Labels(site, generators.SiteWide),
	}
}

func seconds(n int64) *durationpb.Duration {
	return durationpb.New(time.Duration(n) * time.Second)
}
