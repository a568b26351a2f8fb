// Package site puts all objects of a site together.
package site

import (
	"slices"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/azure"
	"github.com/gomods/athens-kfn/pkg/generators/mesh"
	"github.com/gomods/athens-kfn/pkg/generators/monitoring"
)

// Objects of a site that was defaulted and validated, in the order in which a
// request meets them: ingress, list and latest, the programs, and then what
// is around them. The same site always gives the same objects.
func Objects(site *v1alpha1.AthensSite) []generators.Object {
	return generators.Annotate(site, slices.Concat(
		generators.SiteNamespace(site),
		generators.SecretSources(site),

		mesh.FrontDoorService(site),
		generators.Certificates(site),
		mesh.Gateway(site),
		mesh.Routes(site),
		generators.SiteIngress(site),
		generators.GatewayService(site),

		generators.ListService(site),
		mesh.ListDestination(site),
		mesh.Failover(site),

		generators.LathensBase(site),
		generators.LathensWorkload(site),

		generators.AthensBase(site),
		mesh.AthensDestination(site),
		generators.AthensWorkload(site),

		generators.CrathensObjects(site),

		mesh.MTLS(site),
		mesh.Tokens(site),
		mesh.Authorization(site),
		mesh.BehindFrontDoor(site),
		mesh.Egress(site),
		mesh.Telemetry(site),
		mesh.EdgeCache(site),
		generators.TraceCollector(site),
		generators.Logs(site),
		generators.NetworkPolicies(site),

		monitoring.Scrape(site),
		monitoring.Rules(site),
		monitoring.GrafanaDashboard(site),

		azure.Objects(site),
	))
}
