package check

import (
	"strings"

	"golang.org/x/mod/semver"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/releases"
)

// moving are tags that are given to a new image now and then. latest is not
// among them: the spec's own rules refuse it.
var moving = [...]string{"main", "master", "dev", "develop", "edge", "nightly", "canary", "stable", "unstable", "head", "snapshot"}

func versionRules() []Rule {
	return []Rule{
		{
			Code: "AK701", Severity: Warning,
			Fault:   "this version of Athens neither stops slow stores nor counts cache hits",
			Title:   "Athens stops slow stores and counts cache hits",
			Why:     "Before " + releases.Since(releases.StashTimeout) + ", Athens has no stash timeout, so a download that hangs occupies its worker forever. It also has no metrics of the cache and of upstream (proxy_cache_lookup_total and others).",
			Cure:    "Set athens.version: " + v1alpha1.AthensVersion + ", or leave it out.",
			Example: `athens: {version: ` + releases.AthensOldest + `}`,
			find: func(w *World, add add) {
				if !knowsStash(w) {
					add("spec.athens.version", "%s has no stash timeout and no metrics of its cache; %s brought both", w.Athens.Version, releases.Since(releases.StashTimeout))
				}
			},
		},
		{
			Code: "AK702", Severity: Note,
			Fault:   "this program has not read the release of Athens",
			Title:   "this program has read the release of Athens",
			Why:     "The settings of Athens up to " + releases.AthensLater + " were read in its source. The site of a later release is made as that of " + releases.AthensLater + ". The release may read other settings, or no longer some of them.",
			Cure:    "Read the release notes of Athens since " + releases.AthensLater + ", and try the site before it replaces one that runs. A newer athens-kfn may know the release.",
			Example: `athens: {version: v0.99.0}`,
			find: func(w *World, add add) {
				if releases.Older(releases.AthensLater, w.Athens.Version) {
					add("spec.athens.version", "%s is newer than the newest release that this program has read, %s", w.Athens.Version, releases.AthensLater)
				}
			},
		},
		{
			Code: "AK703", Severity: Warning,
			Fault:   "the image of Athens differs in version from the spec",
			Title:   "the image of Athens has the spec's version",
			Why:     "athens.version decides which settings athens-kfn writes. An image of another release may not read some of them, or may need others.",
			Cure:    "Set athens.version to the image's release.",
			Example: `athens: {image: "registry.example.com/mirror/athens-proxy:` + releases.AthensOldest + `"}`,
			Cured:   `athens: {image: "registry.example.com/mirror/athens-proxy:` + v1alpha1.AthensVersion + `"}`,
			find: func(w *World, add add) {
				// A build of one's own may have a number of its own: only a tag
				// that could be Athens' is compared.
				tag := v1alpha1.ReleaseOf(tagOf(w.Athens.Image))
				if strings.Contains(w.Athens.Image, "athens") && releases.MayBeAthens(tag) && tag != w.Athens.Version {
					add("spec.athens.image", "is tagged %s, but athens.version is %s", tag, w.Athens.Version)
				}
			},
		},
		{
			Code: "AK704", Severity: Warning,
			Fault:   "lathens or crathens differs in version from this program",
			Title:   "lathens and crathens have this program's version",
			Why:     "This program sets the flags of lathens and crathens. Another version may not know a flag, and then does not start.",
			Cure:    "Use the tag " + v1alpha1.CompanionVersion + ", or leave image out.",
			Example: `lathens: {image: "registry.example.com/gomods/lathens:v0.0.9"}`,
			Cured:   `lathens: {image: "registry.example.com/gomods/lathens:` + v1alpha1.CompanionVersion + `"}`,
			find: func(w *World, add add) {
				for _, c := range []struct {
					path, image string
					on          bool
				}{{"spec.lathens.image", w.Lathens.Image, *w.Lathens.Enabled}, {"spec.crathens.image", w.Crathens.Image, *w.Crathens.Enabled}} {
					if tag := tagOf(c.image); c.on && semver.IsValid(tag) && semver.Compare(tag, v1alpha1.CompanionVersion) != 0 {
						add(c.path, "is tagged %s, but this program sets the flags of %s", tag, v1alpha1.CompanionVersion)
					}
				}
			},
		},
		{
			Code: "AK705", Severity: Warning,
			Fault:   "an image can change without notice",
			Title:   "images cannot change without notice",
			Why:     "Such a tag moves to new images. Pods of one Deployment then run different programs, depending on when their node pulled the image, and an old manifest does not restore the old program.",
			Cure:    "Use a full version, such as " + v1alpha1.AthensVersion + ", or a digest (@sha256:…).",
			Example: `crathens: {image: "registry.example.com/gomods/crathens:main"}`,
			find: func(w *World, add add) {
				for _, c := range [][2]string{{"athens", w.Athens.Image}, {"lathens", w.Lathens.Image}, {"crathens", w.Crathens.Image}} {
					tag := strings.ToLower(tagOf(c[1]))
					short := semver.IsValid(tag) && strings.Count(tag, ".") < 2 // v1, v0.18
					for _, m := range moving {
						short = short || tag == m
					}
					if short && !strings.Contains(c[1], "@") {
						add("spec."+c[0]+".image", "is tagged %s, which moves to other images", tag)
					}
				}
			},
		},
		{
			Code: "AK706", Severity: Warning,
			Fault:   "Istio is older than the site needs",
			Title:   "Istio is new enough for the site",
			Why:     "The manifests need Istio " + releases.IstioOldest + " or later.",
			Cure:    "Set mesh.revision to a newer control plane, such as asm-1-30. az aks mesh get-upgrades lists those of the AKS add-on.",
			Example: `mesh: {revision: asm-1-24}`,
			Cured:   `mesh: {revision: asm-1-30}`,
			when:    func(w *World) bool { return generatorsMeshed(w) && w.Mesh.Revision != "" },
			find: func(w *World, add add) {
				if v := istioOf(w.Mesh.Revision); v != "" && releases.Older(v, releases.IstioOldest) {
					add("spec.mesh.revision", "%s is Istio %s; the site needs %s or later", w.Mesh.Revision, v, releases.IstioOldest)
				}
			},
		},
		{
			Code: "AK707", Severity: Warning,
			Fault:   "Athens does not read a variable that the site sets",
			Title:   "Athens reads every variable that the site sets",
			Why:     "Athens ignores a variable that it does not know, and reports nothing: the setting that you intended keeps its default. It reads ATHENS_MONGO_CERT_PATH, and trusts none of the certificates in that file (" + releases.AthensNewest + ").",
			Cure:    "Use the name or the field that the message suggests, or remove the variable.",
			Example: `athens: {env: [{name: ATHENS_CLOUD_RUNTIM, value: GCP}]}`,
			Cured:   `athens: {env: [{name: ATHENS_CLOUD_RUNTIME, value: GCP}]}`,
			when:    func(w *World) bool { return len(w.Athens.Env) > 0 },
			find: func(w *World, add add) {
				for i, e := range w.Athens.Env {
					if e.Name == "ATHENS_MONGO_CERT_PATH" && w.Athens.Storage.Mongo != nil && releases.Older(w.Athens.Version, releases.AthensLater) {
						// pkg/storage/mongo makes it the ClientCAs of a client, which are those of a server.
						add(item("spec.athens.env", i)+".name", "Athens %s reads that file, and trusts none of its certificates: write them as trust.caCertificates", w.Athens.Version)
					}
					if releases.Known(e.Name, w.Athens.Version) {
						continue
					}
					near, close := releases.Nearest(e.Name)
					switch {
					case close:
						add(item("spec.athens.env", i)+".name", "Athens does not read %s; did you mean %s?", e.Name, near)
					case strings.HasPrefix(e.Name, "ATHENS_"):
						add(item("spec.athens.env", i)+".name", "Athens %s does not read %s", w.Athens.Version, e.Name)
					}
				}
			},
		},
		{
			Code: "AK708", Severity: Warning,
			Fault:   "a setting will be removed from Athens",
			Title:   "no setting will be removed from Athens",
			Why:     "Releases from " + releases.AthensLater + " on do not read the variable, or read it otherwise. After the next upgrade, it has no effect.",
			Cure:    "Before you change athens.version, read the plan that `athens-kfn upgrade --athens VERSION FILE` prints (" + problem.Page("howto/upgrade.md") + "). Traces of the mesh (tracing.provider) do not depend on Athens.",
			Example: `athens: {env: [{name: ATHENS_TRACE_EXPORTER, value: jaeger}]}`,
			when:    func(w *World) bool { return len(w.Athens.Env) > 0 },
			find: func(w *World, add add) {
				for i, e := range w.Athens.Env {
					s, known := releases.Find(e.Name, w.Athens.Version)
					if known && s.Until != "" {
						add(item("spec.athens.env", i)+".name", "%s (%s) has another meaning, or none, in %s", e.Name, s.What, s.Until)
					}
				}
			},
		},
	}
}

func tagOf(image string) string {
	image, _, _ = strings.Cut(image, "@")
	name := image[strings.LastIndex(image, "/")+1:]
	_, tag, _ := strings.Cut(name, ":")
	return tag
}

// istioOf is the release that a revision names, as in asm-1-30, 1-30 and
// 1-30-2; empty if it names none.
func istioOf(revision string) string {
	parts := strings.Split(strings.TrimPrefix(revision, v1alpha1.AKSRevisionPrefix), "-")
	if len(parts) < 2 || parts[0] != "1" || !semver.IsValid("v1."+parts[1]) {
		return ""
	}
	return "1." + parts[1]
}
