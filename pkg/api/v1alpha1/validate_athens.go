package v1alpha1

import (
	"maps"
	"slices"
	"strings"

	"golang.org/x/mod/semver"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/releases"
)

func (r *rules) athens() {
	a := &r.spec.Athens
	r.athensVersion()
	r.replicas("spec.athens.replicas", a.Replicas)
	r.autoscaling()
	r.resources("spec.athens.resources", a.Resources)
	r.atLeastOne("spec.athens.goGetWorkers", a.GoGetWorkers)
	r.atLeastOne("spec.athens.protocolWorkers", a.ProtocolWorkers)
	r.enum("spec.athens.logLevel", a.LogLevel, "debug", "info", "warn", "error")
	r.athensTimeouts()
	r.workVolume()
	r.storage()
	r.singleFlight()
	r.sharing()
	r.upstream()
	r.private()
	r.download()
	r.enum("spec.athens.networkMode", a.NetworkMode, NetworkStrict, NetworkFallback, NetworkOffline)
	r.filter()
	if a.ValidatorHook != "" {
		r.server("spec.athens.validatorHook", a.ValidatorHook, httpURL)
	}
	if a.BasicAuth != nil {
		r.user("spec.athens.basicAuth", a.BasicAuth)
	}
	r.index()
	r.serviceAccount()
	r.files()
	r.env()
	r.workloadIdentity()
}

func (r *rules) athensVersion() {
	const path = "spec.athens.version"
	a := &r.spec.Athens
	v := a.Version
	switch suffix := semver.Prerelease(v); {
	case semver.IsValid("v" + v):
		r.add(path, "%q has no leading v, which Athens' tags have; write v%s", v, v)
		return
	case !semver.IsValid(v) || semver.Build(v) != "":
		r.add(path, "%q is not a release of Athens; write one, as in %s. It decides which settings exist, so it is needed beside an image of your own", v, AthensVersion)
		return
	case semver.Canonical(v) != v:
		r.add(path, "%q is short for several releases; write all three numbers, as in %s", v, semver.Canonical(v))
		return
	case ReleaseOf(v) != v && inSet(suffix[1:2], alphabet):
		r.add(path, "%q is the tag of an image, whose suffix does not belong to the release; write %s, and the tag as part of athens.image", v, ReleaseOf(v))
		return
	case releases.Older(v, releases.AthensOldest):
		r.add(path, "%s is older than %s, the oldest release whose settings are known here; write a newer one, as in %s", v, releases.AthensOldest, AthensVersion)
	}
	if !r.image("spec.athens.image", a.Image) {
		return
	}
	// An image under Athens' own name says itself which release it holds.
	name, tag, _ := strings.Cut(a.Image, "gomods/athens:")
	tag, _, _ = strings.Cut(tag, "@")
	tag = ReleaseOf(tag)
	if (name == "" || strings.HasSuffix(name, "/")) && semver.IsValid(tag) && semver.Compare(tag, v) != 0 {
		r.add("spec.athens.image", "is Athens %s, but athens.version, which decides which settings exist, is %s; write athens.version: %s", tag, v, tag)
	}
}

// ReleaseOf is the release in the tag of an image: behind a hyphen is a candidate for
// a release, or else what the image is made for, as in v0.18.0-arm64.
func ReleaseOf(tag string) string {
	behind := semver.Prerelease(tag)
	if slices.ContainsFunc([]string{"-alpha", "-beta", "-rc"}, func(p string) bool { return strings.HasPrefix(behind, p) }) {
		return tag
	}
	return strings.TrimSuffix(tag, behind)
}

// leastMemory keeps GOMEMLIMIT, which is in whole MiB, above 0.
const leastMemory = 16 << 20

// resources checks what a container asks for.
func (r *rules) resources(path string, res *corev1.ResourceRequirements) {
	if res == nil {
		return
	}
	if len(res.Claims) > 0 {
		r.add(child(path, "claims"), "assigns devices to the pod, which the site's programs do not use; remove it")
	}
	for _, side := range []struct {
		name string
		list corev1.ResourceList
	}{{"limits", res.Limits}, {"requests", res.Requests}} {
		for _, resource := range slices.Sorted(maps.Keys(side.list)) {
			q, name := side.list[resource], string(resource)
			at := child(child(path, side.name), name)
			known := []string{"cpu", "memory", "ephemeral-storage"}
			switch {
			case !slices.Contains(known, name) && !strings.Contains(name, "/") && !strings.HasPrefix(name, "hugepages-"):
				r.add(at, "is not a resource%s Write one of %s, or one with a domain, as in example.com/device", didYouMean(name, known), strings.Join(known, ", "))
			case strings.Contains(name, "/") && len(validation.IsQualifiedName(name)) > 0:
				r.add(at, "is not a resource; write a domain and a name, as in example.com/device")
			case q.Sign() < 0:
				r.add(at, "must not be negative; found %s", q.String())
			case name != "cpu" && slices.Contains(known, name) && q.Sign() > 0 && q.Value() < 1<<20 && (side.name == "limits" || q.Cmp(res.Limits[resource]) != 0):
				r.add(at, "%s is %d bytes; write a number with a unit, at least 1Mi, as in 2Gi", q.String(), q.Value())
			case side.name == "limits" && q.IsZero() && slices.Contains(known, name):
				r.add(at, "is 0, which means unlimited or stops every pod; write an amount, or leave it out")
			case side.name == "limits" && name == "memory" && q.Value() < leastMemory:
				r.add(at, "%s is %d bytes, in which no program of the site starts; write a number with a unit, at least 16Mi, as in 2Gi", q.String(), q.Value())
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(res.Requests)) {
		request := res.Requests[name]
		if limit, ok := res.Limits[name]; ok && request.Cmp(limit) > 0 {
			r.add(child(child(path, "requests"), string(name)), "%s is more than the limit, %s, so no pod would start; ask for at most that", request.String(), limit.String())
		}
	}
}

// size checks a number of bytes; one without a unit is almost always a slip.
func (r *rules) size(path string, q *resource.Quantity) {
	const least = 1 << 20
	if q != nil && q.Value() < least {
		r.add(path, "%s is %d bytes; write a number with a unit, at least 1Mi, as in 10Gi", q.String(), q.Value())
	}
}

// workVolume checks where modules are downloaded to.
func (r *rules) workVolume() {
	const path = "spec.athens.workVolume.ephemeral"
	if e := r.spec.Athens.WorkVolume.Ephemeral; e != nil {
		r.size(child(path, "size"), e.Size)
		r.optional(child(path, "storageClassName"), e.StorageClassName, dnsName)
	}
}

// filter checks the lines of Athens' filter file.
func (r *rules) filter() {
	for i, line := range strings.Split(r.spec.Athens.Filter, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		sign, rest, _ := strings.Cut(line, " ")
		if sign != "+" && sign != "-" && sign != "D" {
			r.add("spec.athens.filter", "line %d, %q, does not begin with + (allow), - (deny), D (redirect) or # and then a space; Athens would not start. Write a line as in + github.com/acme", i+1, line)
			continue
		}
		if strings.Contains(rest, "://") {
			r.add("spec.athens.filter", "line %d, %q, holds a scheme, which no module path has; write a line as in + github.com/acme", i+1, line)
		} else if problem := filterLine(line); problem != "" {
			r.add("spec.athens.filter", "line %d, %q, %s", i+1, line, problem)
		}
		if sign == "D" && !r.redirects() {
			r.add("spec.athens.filter", "line %d, %q, sends clients to the first URL in athens.upstream.goproxy, and there is none; write one, or + to let Athens fetch it", i+1, line)
		}
	}
}

// filterLine is a line of the filter as Athens splits it: at each blank. It
// compares the path element by element with the plain one; a path covers
// everything below it, and no wildcard is known.
func filterLine(line string) string {
	fields := strings.Split(line, " ")
	if slices.Contains(fields, "") || strings.Contains(line, "\t") || len(fields) > 3 {
		return "is not a sign, a path and versions with one blank between them: write it so, as in - github.com/acme/tool v1.2"
	}
	if len(fields) == 1 {
		return ""
	}
	path := decodeCase(fields[1])
	host, _, _ := strings.Cut(path, "/")
	path = strings.ToLower(host) + path[len(host):]
	switch {
	case strings.ContainsAny(path, "*?["):
		return "holds a wildcard, which the filter compares like a letter: write the path above it, which covers everything below, as in " + fields[0] + " github.com/acme"
	case !strings.Contains(host, "."):
		return "matches no module, because a module path begins with a host that has a dot: write the whole host, as in " + fields[0] + " github.com/acme"
	case path != fields[1]:
		return "matches no module, because the filter compares plain paths: write " + fields[0] + " " + quote.Short(path)
	}
	return ""
}

// redirects says whether there is a server for the filter's D lines.
func (r *rules) redirects() bool {
	a := &r.spec.Athens
	return slices.ContainsFunc(a.Upstream.Proxies(), Proxy.IsServer) ||
		slices.ContainsFunc(a.Env, func(e corev1.EnvVar) bool { return e.Name == "ATHENS_GLOBAL_ENDPOINT" })
}

// serviceAccount checks the identity of Athens' pods.
func (r *rules) serviceAccount() {
	const path = "spec.athens.serviceAccount"
	s := &r.spec.Athens.ServiceAccount
	at := child(path, "name")
	switch {
	case *s.Create && s.Name == r.site.Name+"-athens": // the default
	case *s.Create && s.Name == "default":
		r.add(at, "default is the account that Kubernetes creates in every namespace; write a name of its own, or create: false")
	case *s.Create:
		r.check(at, dnsName(s.Name))
	case s.Name == "":
		r.add(at, "is required with create: false; write the name of a ServiceAccount that kubectl -n %s get serviceaccounts prints", r.site.Namespace)
	default:
		r.check(at, dnsName(s.Name))
	}
	for _, program := range []string{"lathens", "crathens"} {
		if s.Name == r.site.Name+"-"+program {
			r.add(at, "%s is the ServiceAccount of %s, which would have Athens' rights then; write another name", s.Name, program)
		}
	}
	r.mapKeys(child(path, "annotations"), s.Annotations)
}

func (r *rules) port(path string, port int32) {
	if port < 1 || port > 65535 {
		r.add(path, "must be a port from 1 to 65535; found %d", port)
	}
}
