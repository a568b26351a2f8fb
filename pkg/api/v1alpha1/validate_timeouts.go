package v1alpha1

import (
	"strings"
	"time"

	"golang.org/x/mod/semver"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gomods/athens-kfn/pkg/companions"
	"github.com/gomods/athens-kfn/pkg/releases"
	"github.com/gomods/athens-kfn/pkg/span"
)

const (
	// Bounds of Azure Front Door's origin response timeout.
	leastOrigin = 16 * time.Second
	mostOrigin  = 240 * time.Second
)

// positive checks a duration.
func (r *rules) positive(path string, d *metav1.Duration) bool {
	if d == nil || d.Duration > 0 {
		return d != nil
	}
	r.add(path, "must be longer than nothing; found %s", span.Short(d.Duration))
	return false
}

// seconds checks a duration that is handed on in whole seconds.
func (r *rules) seconds(path string, d *metav1.Duration) bool {
	return r.whole(path, d, time.Second, "seconds")
}

// milliseconds checks a duration that Istio takes in whole milliseconds.
func (r *rules) milliseconds(path string, d *metav1.Duration) bool {
	return r.whole(path, d, time.Millisecond, "milliseconds")
}

func (r *rules) whole(path string, d *metav1.Duration, unit time.Duration, units string) bool {
	if !r.positive(path, d) {
		return false
	}
	if d.Duration%unit != 0 {
		r.add(path, "must be whole %s, as in %s; found %s", units, span.Short(d.Truncate(unit)+unit), span.Short(d.Duration))
		return false
	}
	return true
}

// inner notes a deadline that is longer than one around it.
func (r *rules) inner(path string, d *metav1.Duration, outerPath string, outer *metav1.Duration) {
	if d != nil && outer != nil && d.Duration > outer.Duration && outer.Duration > 0 && r.sound(outerPath) {
		r.add(path, "%s is longer than the deadline around it, %s, which is %s: the caller is gone before the answer; write at most %s, or a longer %s",
			span.Short(d.Duration), strings.TrimPrefix(outerPath, "spec."), span.Short(outer.Duration), span.Short(outer.Duration), strings.TrimPrefix(outerPath, "spec."))
	}
}

// athensTimeouts checks the deadlines of Athens itself.
func (r *rules) athensTimeouts() {
	const path = "spec.athens.timeouts"
	t, module := &r.spec.Athens.Timeouts, r.spec.Gateway.Timeouts.Module
	// A request timeout that follows a wrong deadline around it is not a
	// second mistake.
	follows := t.Request != nil && module != nil && t.Request.Duration == module.Duration
	if !follows && r.seconds(child(path, "request"), t.Request) && r.spec.Mesh.Mode == MeshSidecar {
		r.inner(child(path, "request"), t.Request, "spec.gateway.timeouts.module", module)
	}
	// Default fills it in also where Athens is too old to know it.
	if r.seconds(child(path, "stash"), t.Stash) && t.Stash.Duration != companions.AthensStash {
		if v := r.spec.Athens.Version; semver.IsValid(v) && !releases.Has(v, releases.StashTimeout) && r.sound("spec.athens.version") {
			r.add(child(path, "stash"), "has no meaning for Athens %s, which knows it from %s on; leave it out, or write a newer athens.version", v, releases.Since(releases.StashTimeout))
		}
	}
	r.seconds(child(path, "shutdown"), t.Shutdown)
}

// routeTimeouts checks the deadlines of the gateway's routes.
func (r *rules) routeTimeouts() {
	const path, origin = "spec.gateway.timeouts", "spec.edge.frontDoor.originTimeout"
	t := &r.spec.Gateway.Timeouts
	const least = companions.ListTries * leastTry
	fd := r.spec.Edge.FrontDoor
	// A timeout that follows a wrong origin timeout is not a second mistake;
	// Athens' own follows the one for modules in turn, in whole seconds.
	follows := func(d *metav1.Duration) bool { return fd != nil && *d == *fd.OriginTimeout }
	if !follows(t.List) && r.milliseconds(child(path, "list"), t.List) && t.List.Duration < least {
		r.add(child(path, "list"), "%s is too short for %d tries; write at least %s", span.Short(t.List.Duration), companions.ListTries, span.Short(least))
	}
	if !follows(t.Module) {
		r.seconds(child(path, "module"), t.Module)
	}
	if !follows(t.SumDB) {
		r.milliseconds(child(path, "sumDB"), t.SumDB)
	}
	if fd != nil {
		r.inner(child(path, "list"), t.List, origin, fd.OriginTimeout)
		r.inner(child(path, "module"), t.Module, origin, fd.OriginTimeout)
		r.inner(child(path, "sumDB"), t.SumDB, origin, fd.OriginTimeout)
	}
}

// edge checks what stands between go commands and the mesh.
func (r *rules) edge() {
	const path = "spec.edge.frontDoor"
	fd := r.spec.Edge.FrontDoor
	if fd == nil {
		return
	}
	if r.spec.Mesh.Mode == MeshNone && r.sound("spec.mesh.mode") {
		r.add(path, "needs the mesh's gateway, which admits only its requests, and mesh.mode is None; write mesh.mode: Sidecar, or remove frontDoor")
	}
	r.frontDoor(path, fd)
	if id := child(path, "id"); fd.ID == "" {
		r.add(id, "is required: without it every Front Door on earth may call the site; write the profile's ID, as az afd profile show prints it (frontDoorId)")
	} else if !isUUID(fd.ID) {
		r.add(id, "%q is not a UUID; write the profile's ID, as az afd profile show prints it (frontDoorId)", fd.ID)
	} else if fd.ID != strings.ToLower(fd.ID) {
		r.add(id, "%q holds upper case letters, and the header X-Azure-FDID is compared as it is; write %s", fd.ID, strings.ToLower(fd.ID))
	}
	at := child(path, "originTimeout")
	if t := fd.OriginTimeout; r.seconds(at, t) && (t.Duration < leastOrigin || t.Duration > mostOrigin) {
		r.add(at, "%s is not what Front Door can wait; write %s to %s", span.Short(t.Duration), span.Short(leastOrigin), "240s")
	}
}
