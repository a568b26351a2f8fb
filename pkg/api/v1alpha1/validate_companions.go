package v1alpha1

import (
	"slices"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
	"golang.org/x/mod/module"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/span"
)

// lathens checks the cache of version lists.
func (r *rules) lathens() {
	const path = "spec.lathens"
	l := &r.spec.Lathens
	if *l.Enabled && r.spec.Athens.BasicAuth != nil && r.sound("spec.athens.basicAuth") {
		r.add(child(path, "enabled"), "is true, but with athens.basicAuth a cached answer could reach a client with other credentials; leave it out, or remove basicAuth")
	}
	r.image(child(path, "image"), l.Image)
	r.replicas(child(path, "replicas"), l.Replicas)
	if l.Autoscaling != nil {
		r.maxReplicas(path, l.Autoscaling.MaxReplicas, l.Replicas)
	}
	if r.enum(child(path, "spread"), l.Spread, SpreadByModule, SpreadByLoad) && l.Spread == SpreadByModule && r.spec.Mesh.AddOn() {
		r.add(child(path, "spread"), "is ByModule, which needs an EnvoyFilter that the AKS add-on (mesh.revision %s) does not support; leave it out, or write ByLoad", r.spec.Mesh.Revision)
	}
	r.resources(child(path, "resources"), l.Resources)
	r.positive(child(path, "ttl"), l.TTL)
	for _, d := range []struct {
		name  string
		value *metav1.Duration
	}{{"staleWhileRevalidate", l.StaleWhileRevalidate}, {"staleIfError", l.StaleIfError}, {"negativeTTL", l.NegativeTTL}} {
		if d.value.Duration < 0 {
			r.add(child(path, d.name), "must not be negative; found %s. Write 0s for not at all", span.Short(d.value.Duration))
		}
	}
	r.size(child(path, "maxBytes"), l.MaxBytes)
	r.atLeastOne(child(path, "maxUpstream"), l.MaxUpstream)
	r.atLeastOne(child(path, "maxWaiting"), l.MaxWaiting)
}

// crathens checks the crawler.
func (r *rules) crathens() {
	const path = "spec.crathens"
	c := &r.spec.Crathens
	if *c.Enabled && r.spec.Athens.Storage.External != nil && !c.Named() && r.sound("spec.athens.storage", child(path, "modules")) {
		r.add(child(path, "modules"), "is empty, but Athens has no catalog with external storage, so there is nothing to walk; write module paths, or goSums, or crathens.enabled: false")
	}
	if d := &r.spec.Athens.Download; *c.Enabled && !d.Syncs() && r.sound("spec.athens.download") {
		r.add(child(path, "enabled"), "is true, but athens.download.mode %s does not store a version while it is asked for, and no rule of it does, so every warming fails; write mode: Sync, or crathens.enabled: false", d.Mode)
	}
	r.image(child(path, "image"), c.Image)
	r.resources(child(path, "resources"), c.Resources)
	r.schedule(child(path, "schedule"), c.Schedule)
	r.seconds(child(path, "deadline"), c.Deadline)
	r.atLeastOne(child(path, "maxVersionsPerModule"), c.MaxVersionsPerModule)
	r.atLeastOne(child(path, "concurrency"), c.Concurrency)
	if w := r.spec.Athens.GoGetWorkers; c.Concurrency > w && w > 0 && r.sound("spec.athens.goGetWorkers") {
		r.add(child(path, "concurrency"), "%d is more than athens.goGetWorkers, %d, so clients would wait for the crawler; write at most %d", c.Concurrency, w, w)
	}
	r.atLeastOne(child(path, "ratePerSecond"), c.RatePerSecond)
	r.atLeastOne(child(path, "catalogPageSize"), c.CatalogPageSize)
	r.catalogSources(child(path, "sources"), c.Sources)
	for i, m := range c.Modules {
		at := item(child(path, "modules"), i)
		name, _, versioned := strings.Cut(m, "@")
		switch err := module.CheckPath(m); {
		case err == nil:
		case strings.Contains(m, "://"):
			r.add(at, "%q begins with a scheme, which no module path has; write the path, as in golang.org/x/tools", m)
		case versioned && module.CheckPath(name) == nil:
			r.add(at, "%q holds a version, but the newest ones are warmed; write %s", m, quote.Short(name))
		default:
			r.add(at, "%q is not a module path; write one, as in golang.org/x/tools", m)
		}
	}
	r.unique(child(path, "modules"), c.Modules)
	r.goSums(child(path, "goSums"), c.GoSums)
}

// maxGoSums is the marker of Crathens.GoSums.
const maxGoSums = 64

func (r *rules) goSums(path string, goSums []GoSum) {
	if n := len(goSums); n > maxGoSums {
		r.add(path, "has %d entries, at most %d are possible; write several go.sum files into one", n, maxGoSums)
	}
	for i, g := range goSums {
		r.configMapRef(child(item(path, i), "configMapRef"), g.ConfigMapRef)
		if first := slices.Index(goSums[:i], g); first >= 0 {
			r.add(item(path, i), "is repeated, first at %s; remove one", item(path, first))
		}
	}
}

// catalogSources checks the other sites that are read.
func (r *rules) catalogSources(path string, sources []CatalogSource) {
	var urls []string
	for i, s := range sources {
		at := child(item(path, i), "url")
		if first := slices.Index(urls, s.URL); first >= 0 {
			r.add(at, "%q is repeated, at %s; remove one", s.URL, item(path, first))
		}
		urls = append(urls, s.URL)
		if !r.check(at, httpURL(s.URL)) {
			continue
		}
		host := HostOf(s.URL)
		_, inside := r.spec.ServiceNamespace(host)
		switch {
		case slices.Contains(r.spec.Hosts(), host) && r.sound("spec.host"):
			r.add(at, "is the site itself, whose catalog is walked anyway; write the URL of another one, or remove it")
		case inside || strings.HasSuffix(host, ".svc"):
			r.add(at, "%q is a Service of this cluster, whose site lets only its own crathens read the catalog; write the host of that site's gateway", host)
		}
	}
}

// schedule checks a CronJob's schedule.
func (r *rules) schedule(path, s string) {
	const example = "17 */6 * * *"
	switch {
	case strings.Contains(s, "TZ="):
		r.add(path, "%q names a time zone, which Kubernetes refuses there; write the times in UTC, as in %s", s, example)
	case strings.HasPrefix(s, "@every"):
		r.add(path, "%q counts from when the CronJob was made; write the times instead, as in %s", s, example)
	case !inSet(s, alphabet+digits+" */,-?@"):
		r.add(path, "%q is not a schedule; write minute, hour, day, month and weekday, as in %s", s, example)
	default:
		if times, err := cron.ParseStandard(s); err == nil && times.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
			r.add(path, "%q never comes; write minute, hour, day, month and weekday, as in %s", s, example)
		} else if err != nil {
			r.add(path, "%q is not a schedule: %v; write minute, hour, day, month and weekday, as in %s", s, err, example)
		}
	}
}
