package graph

import (
	"fmt"
	"path"
	"strings"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/span"
)

func (b *builder) serviceBoxes() {
	for _, s := range b.services() {
		id := serviceID(s.Name)
		n := Node{ID: id, Kind: Service, Place: Inside, Title: s.Name, Objects: b.objectsOf(id)}
		for _, d := range generators.OfType[*networkingv1.DestinationRule](b.objects) {
			if b.box(d) != id {
				continue
			}
			lb := d.Spec.GetTrafficPolicy().GetLoadBalancer()
			if h := lb.GetConsistentHash().GetHttpHeaderName(); h != "" {
				n.Lines = append(n.Lines, "balanced by the hash of "+h)
			} else if simple := lb.GetSimple(); simple != 0 {
				n.Lines = append(n.Lines, "balanced by "+strings.ToLower(strings.ReplaceAll(simple.String(), "_", " ")))
			}
		}
		b.add(n)
	}
}

func (b *builder) workloads() {
	for _, t := range b.templates() {
		n := Node{
			ID: t.id, Kind: t.kind, Place: Inside, Title: t.name,
			Lines:     t.image(),
			Principal: b.principal(&t),
			Objects:   b.objectsOf(t.id),
		}
		switch o := t.object.(type) {
		case *appsv1.Deployment:
			n.Pods = b.scale(o)
		case *batchv1.CronJob:
			when := o.Spec.Schedule
			if o.Spec.TimeZone != nil {
				when += " " + *o.Spec.TimeZone
			}
			if o.Spec.Suspend != nil && *o.Spec.Suspend {
				when += ", suspended"
			}
			n.Lines = append(n.Lines, when)
		}
		n.Lines = append(n.Lines, b.facts(t.id)...)
		b.add(n)
	}
}

// image that the program runs.
func (t *template) image() []string {
	for _, c := range t.Spec.Containers {
		if c.Name == t.id {
			return []string{"image " + path.Base(c.Image)}
		}
	}
	return nil
}

// facts are what an operator wants to know of a program at a glance.
func (b *builder) facts(program string) []string {
	spec := &b.site.Spec
	switch program {
	case generators.Lathens:
		return []string{
			"keeps lists " + span.Short(spec.Lathens.TTL.Duration),
			"and " + span.Short(spec.Lathens.StaleIfError.Duration) + " if Athens is down",
		}
	case generators.Crathens:
		out := []string{fmt.Sprintf("newest %d versions of a module", spec.Crathens.MaxVersionsPerModule)}
		for i, from := range generators.CatalogSources(b.site) {
			if i == 0 {
				out = append(out, "and the modules stored at")
			}
			out = append(out, from.Host)
		}
		return out
	case generators.Athens:
		var out []string
		if spec.Athens.Storage.Memory != nil {
			out = append(out, "modules in memory, lost when the pod stops")
		}
		if spec.Athens.SingleFlight == nil {
			out = append(out, "lock in memory")
		}
		return out
	}
	return nil
}
