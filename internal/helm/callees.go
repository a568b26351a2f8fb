package helm

import (
	"cmp"
	"encoding/base64"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/importer"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// callee is a variable that says which servers Athens calls, if another variable
// has a value (any, where that is empty).
type callee struct {
	name, gate, value string
	// port where the variable names none.
	port int32
	// purpose of a server that the site must name, by generators.Reaches; empty for
	// others, which the release may lose.
	purpose string
}

var callees = [...]callee{
	{"ATHENS_MONGO_STORAGE_URL", storageType, "mongo", 27017, generators.ForStorage},
	{"AWS_ENDPOINT", storageType, "s3", 443, generators.ForStorage},
	{"ATHENS_MINIO_ENDPOINT", storageType, "minio", 80, generators.ForStorage},
	{"ATHENS_EXTERNAL_STORAGE_URL", storageType, "external", 443, generators.ForStorage},
	{"ATHENS_REDIS_ENDPOINT", lockType, "redis", 6379, generators.ForLock},
	{"ATHENS_REDIS_SENTINEL_ENDPOINTS", lockType, "redis-sentinel", 6379, generators.ForLock},
	{"ATHENS_ETCD_ENDPOINTS", lockType, "etcd", 2379, generators.ForLock},
	{"ATHENS_TRACE_EXPORTER_URL", "ATHENS_TRACE_EXPORTER", "", 0, ""},
	{"OTEL_EXPORTER_OTLP_ENDPOINT", "ATHENS_TRACE_EXPORTER", "otlp", 4317, ""},
	{"HTTPS_PROXY", "HTTPS_PROXY", "", 80, ""},
	{"HTTP_PROXY", "HTTP_PROXY", "", 80, ""},
	{"ATHENS_PROXY_VALIDATOR", "ATHENS_PROXY_VALIDATOR", "", 0, ""},
	{"ATHENS_INDEX_MYSQL_HOST", "ATHENS_INDEX_TYPE", "mysql", 3306, ""},
	{"ATHENS_INDEX_POSTGRES_HOST", "ATHENS_INDEX_TYPE", "postgres", 5432, ""},
}

// server is a host and a port that Athens calls.
type server struct {
	host string
	port int32
}

func (s server) String() string { return s.host + ":" + strconv.Itoa(int(s.port)) }

// callees are the servers that the release's Athens calls: the site must let it
// reach them. Of a URL only host and port are read, and printed.
func (j *judgement) callees(sameStorage, sameLock bool) {
	e, version := &j.release.environment, j.site.Spec.Athens.Version
	for _, c := range callees {
		gate, _ := e.Setting(c.gate, version)
		v, set := e.Setting(c.name, version)
		if !set || gate.Clear() && gate.Value == "" || c.value != "" && gate.Clear() && gate.Value != c.value {
			continue
		}
		text, known := j.reveal(v)
		servers, read := serversIn(text, c.port)
		if !known || !read {
			j.unknown("%s: the variable %s does not tell which servers Athens calls: see that the site names them", j.title(j.release.id), c.name)
			continue
		}
		for _, s := range servers {
			if j.within(s) {
				j.servers = append(j.servers, j.short(s))
			}
			field, same := "spec.egress.allow", false
			switch c.purpose {
			case generators.ForStorage:
				field, same = "spec.athens.storage", sameStorage
			case generators.ForLock:
				field, same = "spec.athens.singleFlight", sameLock
			}
			switch {
			case j.reached(s, c.purpose):
			case same:
				j.fail("%s: the release's Athens calls %s (%s), and the site lets it call %s: write the release's here", quote.Said(field), s, c.name, j.named(c.purpose))
			case !j.within(s):
				j.cut("%s: Athens would lose %s (%s), which the site does not name: write it to %s, or add --accept-cut", j.title(j.release.id), s, c.name, quote.Said(field))
			}
		}
	}
	j.upstream()
}

// upstream are the module proxies that the go command asks, and the hosts of
// modules behind direct.
func (j *judgement) upstream() {
	v, set := j.release.environment.Setting("ATHENS_GO_BINARY_ENV_VARS", j.site.Spec.Athens.Version)
	if !set {
		v.Value = "GOPROXY=direct" // Athens' default
	}
	if !v.Clear() {
		j.unknown("%s: the variable ATHENS_GO_BINARY_ENV_VARS is not in clear text: see that the site names its upstream", j.title(j.release.id))
		return
	}
	for setting := range strings.SplitSeq(v.Value, ";") {
		list, is := strings.CutPrefix(setting, "GOPROXY=")
		if !is {
			continue
		}
		for proxy := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == ',' || r == '|' }) {
			servers, known := serversIn(proxy, 443)
			switch {
			case proxy == "off":
			case proxy == "direct":
				if j.site.Spec.Egress.Mode == v1alpha1.EgressListed {
					j.cut("%s: Athens would lose the hosts of modules (GOPROXY=direct), because the site lets it reach those only that the spec names: write the release's proxies to spec.athens.upstream.goproxy, or add --accept-cut", j.title(j.release.id))
				}
			case !known:
				j.unknown("%s: the variable ATHENS_GO_BINARY_ENV_VARS has a GOPROXY that cannot be read: see that the site names its upstream", j.title(j.release.id))
			case !j.reached(servers[0], ""):
				j.cut("%s: Athens would lose the module proxy %s: write it to spec.athens.upstream.goproxy, or add --accept-cut", j.title(j.release.id), servers[0])
			}
		}
	}
}

// plainServer is a host with or without a port. A text that is none may be part of
// a password.
var plainServer = regexp.MustCompile(`^([A-Za-z0-9.-]+)(?::([0-9]{1,5}))?$`)

// serversIn are the servers of a list of URLs or addresses; false if one cannot be
// read, or is a name that DNS resolves to others (mongodb+srv).
func serversIn(value string, port int32) (out []server, ok bool) {
	value = value[strings.LastIndexByte(value, '@')+1:] // whatever is before is a login
	for each := range strings.SplitSeq(value, ",") {
		scheme, rest, isURL := strings.Cut(strings.TrimSpace(each), "://")
		if !isURL {
			scheme, rest = "", scheme
		}
		if end := strings.IndexAny(rest, "/?#"); end >= 0 {
			rest = rest[:end]
		}
		m := plainServer.FindStringSubmatch(rest)
		if m == nil || strings.HasSuffix(scheme, "+srv") {
			return nil, false
		}
		s := server{strings.ToLower(m[1]), port}
		switch n, _ := strconv.ParseInt(m[2], 10, 32); { // error dropped: it is empty or has five digits
		case n > 0:
			s.port = int32(n)
		case scheme == "http":
			s.port = 80
		case scheme == "https":
			s.port = 443
		}
		out = append(out, s)
	}
	return out, true
}

// short is a server by a name that is the same however its host is written:
// name.namespace for a Service of the cluster.
func (j *judgement) short(s server) server {
	s.host = strings.TrimSuffix(strings.TrimSuffix(s.host, "."), "."+j.site.Spec.ClusterDomain)
	s.host = strings.TrimSuffix(s.host, ".svc")
	if !strings.Contains(s.host, ".") {
		s.host += "." + j.site.Namespace
	}
	return s
}

// reached says whether the site lets Athens call a server.
func (j *judgement) reached(s server, purpose string) bool {
	for _, r := range generators.Reaches(j.site) {
		if purpose != "" && r.Purpose != purpose {
			continue
		}
		if slices.ContainsFunc(slices.Concat(r.Endpoints, r.Proxied), func(e generators.Endpoint) bool { return j.short(server{e.Host, e.Port}) == j.short(s) }) {
			return true
		}
	}
	if purpose != "" {
		return false
	}
	if t := j.site.Spec.Tracing; t != nil && j.short(server{host: generators.CollectorHost(j.site)}).host == j.short(s).host {
		return true
	}
	_, inside := j.site.Spec.ServiceNamespace(s.host)
	inside = inside || strings.HasSuffix(j.short(s).host, "."+j.site.Namespace)
	return j.site.Spec.Egress.Mode == v1alpha1.EgressOpen && !inside && slices.Contains(v1alpha1.OpenPorts(), s.port)
}

// within says whether a server is a Service of the release.
func (j *judgement) within(s server) bool {
	return slices.ContainsFunc(j.items, func(item *yaml.Node) bool {
		id := j.title(krm.IDOf(item))
		return id.Group == "" && id.Kind == "Service" && id.Name+"."+id.Namespace == j.short(s).host
	})
}

// reveal is the text of a variable, also where a Secret of the release holds it;
// false if that is not known. It may hold a password.
func (j *judgement) reveal(v importer.Variable) (string, bool) {
	for _, item := range j.items {
		if id := j.title(krm.IDOf(item)); v.SecretName == "" || id.Group != "" || id.Kind != "Secret" || id.Name != v.SecretName || id.Namespace != j.site.Namespace {
			continue
		}
		if text := tree.Get(item, "stringData", v.SecretKey); text != nil {
			return text.Value, true
		}
		text, err := base64.StdEncoding.DecodeString(strings.TrimSpace(tree.Text(item, "data", v.SecretKey))) // error dropped: it makes the value unknown
		return string(text), err == nil && len(text) > 0
	}
	return v.Value, v.Clear()
}

// named are the servers of the site for a purpose, as words.
func (j *judgement) named(purpose string) string {
	var out []string
	for _, r := range generators.Reaches(j.site) {
		for _, e := range slices.Concat(r.Endpoints, r.Proxied) {
			if r.Purpose == purpose {
				out = append(out, server{e.Host, e.Port}.String())
			}
		}
	}
	return cmp.Or(strings.Join(out, ", "), "none")
}
