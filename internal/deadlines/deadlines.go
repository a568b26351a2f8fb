// Package deadlines lists every deadline that a request to a site meets, from
// the outermost to the innermost, with the field that each one comes from.
package deadlines

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/companions"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// Chain is what happens to one kind of request.
type Chain struct {
	// Name of the chain: list, module, sumdb, warm or stop.
	Name string `json:"name"`
	// About is what the request is, in a few words.
	About string `json:"about"`
	// Steps from the outermost to the innermost.
	Steps []Step `json:"steps"`
}

// Step is one deadline.
type Step struct {
	// Name of who waits: Front Door, gateway, Athens.
	Name string `json:"name"`
	// Duration of the deadline; 0 is none.
	Duration time.Duration `json:"duration"`
	// Field of the spec that sets it; empty where nothing in the spec does.
	Field string `json:"field,omitempty"`
	// Default says that the duration is what the field's default gives, or
	// that no field sets it.
	Default bool `json:"default"`
	// Detached says that the step goes on when the steps before it have given
	// up: it may be longer than they are.
	Detached bool `json:"detached,omitempty"`
	// Note is what else is to know, in a few words; may be empty.
	Note string `json:"note,omitempty"`
}

// SlowLookup is what sum.golang.org has taken for a module that it had not met
// before; it fetches the module before it answers.
const SlowLookup = 58 * time.Second

// LathensUpstream is how long lathens waits for Athens.
func LathensUpstream(site *v1alpha1.AthensSite) time.Duration {
	if generators.HasList(site) {
		return generators.LathensDeadline(site)
	}
	return companions.LathensUpstreamTimeout // the flag's default
}

// lathensSumDB is how long lathens waits for a checksum.
func lathensSumDB(site *v1alpha1.AthensSite) time.Duration {
	if generators.HasList(site) {
		return generators.LathensSumDBDeadline(site)
	}
	return companions.LathensSumDBTimeout // the flag's default
}

// Of are the chains of a site that was defaulted and validated.
func Of(site *v1alpha1.AthensSite) []Chain {
	c := chains{site}
	out := []Chain{c.list(), c.module(), c.sumDB()}
	if *site.Spec.Crathens.Enabled {
		out = append(out, c.warm())
	}
	return append(out, c.stop())
}

// chains makes the steps of one site.
type chains struct{ site *v1alpha1.AthensSite }

// field is where a site keeps a deadline.
type field func(*v1alpha1.AthensSite) **metav1.Duration

// step is the deadline that a field of the spec holds.
func (c chains) step(name, path string, of field) Step {
	d := (*of(c.site)).Duration
	bare := without(c.site, of)
	bare.Default()
	return Step{Name: name, Duration: d, Field: path, Default: d == (*of(bare)).Duration}
}

// without is a site as it was before one field was written. What the field
// may lie in is copied, so that the site itself stays as it is.
func without(site *v1alpha1.AthensSite, of field) *v1alpha1.AthensSite {
	bare := *site
	if f := bare.Spec.Edge.FrontDoor; f != nil {
		bare.Spec.Edge.FrontDoor = new(*f)
	}
	if f := bare.Spec.Athens.SingleFlight; f != nil {
		bare.Spec.Athens.SingleFlight = new(*f)
		if f.Redis != nil {
			bare.Spec.Athens.SingleFlight.Redis = new(*f.Redis)
		}
	}
	*of(&bare) = nil
	return &bare
}

// client never gives up by itself: the go command has no timeout.
func client() Step { return Step{Name: "go command", Default: true, Note: "waits without end"} }

// edge is Front Door, if the site has one.
func (c chains) edge() []Step {
	if c.site.Spec.Edge.FrontDoor == nil {
		return nil
	}
	return []Step{c.step("Front Door", "spec.edge.frontDoor.originTimeout", func(s *v1alpha1.AthensSite) **metav1.Duration {
		return &s.Spec.Edge.FrontDoor.OriginTimeout
	})}
}

// gateway is the deadline of one of the gateway's routes, or what an Ingress
// has in its place.
func (c chains) gateway(route, field string, of func(*v1alpha1.RouteTimeouts) **metav1.Duration) []Step {
	if !generators.Meshed(c.site) {
		if c.site.Spec.Gateway.Ingress == nil {
			return nil
		}
		return []Step{{Name: "Ingress", Default: true, Note: "its controller's own; often 60s: see the controller's annotations"}}
	}
	return []Step{c.step("gateway, route "+route, "spec.gateway.timeouts."+field, func(s *v1alpha1.AthensSite) **metav1.Duration {
		return of(&s.Spec.Gateway.Timeouts)
	})}
}

// athens is the deadline of one operation of Athens.
func (c chains) athens(note string) Step {
	s := c.step("Athens, one operation", "spec.athens.timeouts.request", func(s *v1alpha1.AthensSite) **metav1.Duration {
		return &s.Spec.Athens.Timeouts.Request
	})
	s.Note = note
	return s
}

// lock is the wait for the lock between replicas and the life of that lock,
// where its deadlines are known.
func (c chains) lock() []Step {
	f := c.site.Spec.Athens.SingleFlight
	if f == nil || f.Redis == nil {
		return nil
	}
	const path = "spec.athens.singleFlight.redis.lock."
	of := func(s *v1alpha1.AthensSite) *v1alpha1.RedisLock { return &s.Spec.Athens.SingleFlight.Redis.Lock }
	ttl := c.step("Redis lock, its life", path+"ttl", func(s *v1alpha1.AthensSite) **metav1.Duration { return &of(s).TTL })
	ttl.Detached, ttl.Note = true, "outlives the store by 30s or more"
	wait := c.step("Redis lock, the wait for it", path+"timeout", func(s *v1alpha1.AthensSite) **metav1.Duration { return &of(s).Timeout })
	wait.Detached = true
	return []Step{ttl, wait}
}
