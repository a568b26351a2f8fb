package importer

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/releases"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// mapping turns what runs into the spec of a site. Whether the site then has each
// part is found by comparing, not noted here.
type mapping struct {
	*running
	site *v1alpha1.AthensSite
	// moved are the settings whose value in clear text is to go into a Secret.
	moved map[string]KeyRef
	// why is what a report says of a part that the site does not have: why, and what
	// to do, by the key of the part.
	why map[string]string
	// used are the files of volumes that a field brings to where Athens reads them.
	used map[place]bool
	// carried are the keys of parts that the site has in another form.
	carried map[string]bool
	lines   []Line
}

func (m *mapping) spec() *v1alpha1.AthensSiteSpec { return &m.site.Spec }

func (m *mapping) todo(key, format string, args ...any) {
	m.lines = append(m.lines, Line{Verdict: YoursToDo, Key: key, Text: quote.Sprintf(format, args...)})
}

// leave notes something that matters and that no part of the comparison shows.
func (m *mapping) leave(key, format string, args ...any) {
	m.lines = append(m.lines, Line{Verdict: LeftOut, Key: key, Text: quote.Sprintf(format, args...), Matters: true})
}

// conversions are the settings whose value has another form in the field that
// pkg/releases names, or that are part of several. The others are converted by the
// type of the field.
var conversions = map[string]func(*mapping, setting){
	"ATHENS_DOWNLOAD_MODE":      (*mapping).downloadMode,
	"ATHENS_FILTER_FILE":        (*mapping).filter,
	"ATHENS_GO_BINARY_ENV_VARS": (*mapping).goBinary,
	"ATHENS_GONOSUM_PATTERNS":   func(m *mapping, s setting) { m.private(s.Value) },
	"ATHENS_LOG_LEVEL":          (*mapping).logLevel,
	"ATHENS_NETWORK_MODE":       func(m *mapping, s setting) { m.spec().Athens.NetworkMode = camel(s.Value) },
	"ATHENS_SUM_DBS":            (*mapping).sumDBs,
	"ATHENS_NETRC_PATH":         func(m *mapping, s setting) { m.spec().Athens.Private.Netrc = m.fileRef(s, ".netrc") },
	"ATHENS_HGRC_PATH":          func(m *mapping, s setting) { m.spec().Athens.Private.HgRC = m.fileRef(s, ".hgrc") },
	"ATHENS_GITHUB_TOKEN":       (*mapping).githubToken,
	"SSL_CERT_FILE":             func(m *mapping, s setting) { m.trust(s.name(), s.Value) },
	"SSL_CERT_DIR":              (*mapping).trustDirs,
	"HTTPS_PROXY":               (*mapping).egressProxy,
	"HTTP_PROXY":                (*mapping).egressProxy,
	"NO_PROXY":                  (*mapping).noProxy,

	// Kinds of storage, lock and index, and what only some kinds have.
	"ATHENS_STORAGE_TYPE":             (*mapping).storage,
	"ATHENS_SINGLE_FLIGHT_TYPE":       (*mapping).lock,
	"ATHENS_INDEX_TYPE":               (*mapping).index,
	"ATHENS_DISK_STORAGE_ROOT":        nil,
	"ATHENS_MONGO_STORAGE_URL":        nil,
	"ATHENS_AZURE_ACCOUNT_KEY":        nil,
	"ATHENS_STORAGE_GCP_JSON_KEY":     nil,
	"GOOGLE_APPLICATION_CREDENTIALS":  nil,
	"AWS_ACCESS_KEY_ID":               nil,
	"AWS_SECRET_ACCESS_KEY":           nil,
	"AWS_SESSION_TOKEN":               nil,
	"AWS_USE_DEFAULT_CONFIGURATION":   nil,
	"ATHENS_MINIO_ACCESS_KEY_ID":      nil,
	"ATHENS_MINIO_SECRET_ACCESS_KEY":  nil,
	"ATHENS_MINIO_USE_SSL":            nil,
	"ATHENS_REDIS_ENDPOINT":           nil,
	"ATHENS_REDIS_PASSWORD":           nil,
	"ATHENS_REDIS_CLUSTER":            nil,
	"ATHENS_REDIS_USERNAME":           nil,
	"ATHENS_REDIS_SENTINEL_DB":        nil,
	"ATHENS_ETCD_ENDPOINTS":           nil,
	"ATHENS_REDIS_SENTINEL_PASSWORD":  nil,
	"ATHENS_INDEX_MYSQL_USER":         nil,
	"ATHENS_INDEX_MYSQL_PASSWORD":     nil,
	"ATHENS_INDEX_MYSQL_PARAMS":       nil,
	"ATHENS_INDEX_MYSQL_PROTOCOL":     nil,
	"ATHENS_INDEX_POSTGRES_USER":      nil,
	"ATHENS_INDEX_POSTGRES_PASSWORD":  nil,
	"ATHENS_INDEX_POSTGRES_PARAMS":    nil,
	"BASIC_AUTH_USER":                 (*mapping).basicAuth,
	"BASIC_AUTH_PASS":                 nil,
	"ATHENS_REDIS_SENTINEL_ENDPOINTS": (*mapping).sentinels,
}

// inSecrets are conversions that need no value: they take the reference to a Secret,
// or say themselves what is missing.
var inSecrets = []string{"ATHENS_GITHUB_TOKEN", "BASIC_AUTH_USER", "ATHENS_STORAGE_TYPE", "ATHENS_SINGLE_FLIGHT_TYPE", "ATHENS_INDEX_TYPE"}

// fields writes all settings into the spec.
func (m *mapping) fields() {
	// The kinds come first, and their defaults are kinds too.
	names := []string{"ATHENS_STORAGE_TYPE", "ATHENS_SINGLE_FLIGHT_TYPE", "ATHENS_INDEX_TYPE"}
	for _, name := range m.settings() {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, name := range names {
		s := m.setting(name)
		convert, special := conversions[s.name()]
		switch {
		case !m.active(s):
		case convert != nil && !s.Clear() && !slices.Contains(inSecrets, name):
			m.leave(s.name(), "%s: write spec.%s", m.origin(s), quote.Said(s.Field))
		case special:
			if convert != nil {
				convert(m, s)
			}
		case s.Fixed != "":
		case goVariable(s):
			m.why[s.name()] = "Athens does not pass it on to its go command, so it does nothing today: write spec." + s.Field + " if it was meant to"
		case s.Field == "":
			m.variable(s)
		case !s.Clear():
			m.leave(s.name(), "%s: write spec.%s", m.origin(s), quote.Said(s.Field))
		case s.Value != "":
			if err := assign(reflect.ValueOf(m.spec()).Elem(), s.Field, s.Value); err != nil {
				m.leave(s.name(), "%s: write spec.%s", err, quote.Said(s.Field))
			}
		}
	}
}

// goVariable reports whether only the go command reads a variable, which Athens
// does not hand on (pkg/module/prepare_env.go).
func goVariable(s setting) bool {
	return s.Key == "" && (strings.HasPrefix(s.Field, "athens.upstream.") || strings.HasPrefix(s.Field, "athens.private."))
}

// origin is why a value is not known.
func (m *mapping) origin(s setting) string {
	if s.SecretName != "" {
		return "is in " + KeyRef{s.SecretName, s.SecretKey}.String()
	}
	return s.Unknown
}

// unions are the settings that say which kind of a union counts, and the group of
// keys that each kind reads.
var unions = []struct {
	group, setting string
	kinds          map[string][]string
}{
	{"Storage.", "ATHENS_STORAGE_TYPE", map[string][]string{
		"disk": {"Disk"}, "mongo": {"Mongo"}, "azureblob": {"AzureBlob"}, "gcp": {"GCP"}, "s3": {"S3"}, "minio": {"Minio"}, "external": {"External"}}},
	{"SingleFlight.", "ATHENS_SINGLE_FLIGHT_TYPE", map[string][]string{
		"etcd": {"Etcd"}, "redis": {"Redis"}, "gcp": {"GCP"}, "redis-sentinel": {"RedisSentinel", "Redis.Password", "Redis.LockConfig"}}},
	{"Index.", "ATHENS_INDEX_TYPE", map[string][]string{"mysql": {"MySQL"}, "postgres": {"Postgres"}}},
}

// active reports whether Athens reads a setting: those of another kind of storage,
// lock or index it does not.
func (r *running) active(s setting) bool {
	for _, u := range unions {
		if rest, is := strings.CutPrefix(s.Key, u.group); is {
			kind := r.setting(u.setting)
			return slices.ContainsFunc(u.kinds[strings.ToLower(kind.Value)], func(of string) bool { return strings.HasPrefix(rest, of+".") || rest == of })
		}
	}
	return true
}

// variable is one that no field owns: it goes into athens.env.
func (m *mapping) variable(s setting) {
	name := s.Variable.Name
	if name == "" {
		name = s.name()
	}
	entry := corev1.EnvVar{Name: name}
	file := m.at(s.Value)
	switch {
	case s.Clear() && s.written != "env" && s.Value == s.Default:
		return // a file that writes all of them
	case refusedVariable(name):
		m.why[name] = "the site sets what it is for, and a spec with it is refused: remove it"
		return
	case !s.In(m.release()):
		m.why[name] = "Athens " + m.release() + " does not read it"
		return
	case s.SecretName != "":
		entry.ValueFrom = secretSource(KeyRef{s.SecretName, s.SecretKey})
	case s.Unknown != "":
		if entry.ValueFrom = m.valueFrom(s.Path); entry.ValueFrom == nil {
			m.leave(name, "%s: write it to spec.athens.env", s.Unknown)
			return
		}
	case strings.HasPrefix(s.Value, "/") && file.kind != "" && file.kind != "emptyDir":
		if entry.Value = m.file(s.Value); entry.Value == "" {
			m.why[name] = "it names " + file.String() + ", and the site mounts single files only: write what it needs to spec.athens.files"
			return
		}
	case isSecret(name, s.Value):
		entry.ValueFrom = secretSource(m.move(name, "env", name))
	default:
		entry.Value = quote.Kubernetes(s.Value)
	}
	m.spec().Athens.Env = append(m.spec().Athens.Env, entry)
	if strings.HasPrefix(name, "ATHENS_") && len(releases.Lookup(name)) == 0 {
		meant := ""
		if near, is := releases.Nearest(name); is {
			meant = ", or write what " + near + " sets, if that was meant"
		}
		m.todo(name, "no release of Athens reads it: remove it from spec.athens.env%s", quote.Said(meant))
	}
}

// refusedVariable reports whether validation refuses a variable that no field owns.
func refusedVariable(name string) bool {
	return strings.HasPrefix(name, "KUBERNETES_") || strings.HasPrefix(name, "GIT_CONFIG") || name == "GIT_ALLOW_PROTOCOL" || name == "GIT_PROTOCOL_FROM_USER"
}

// valueFrom is that of a variable which the kubelet takes from the pod; nil for
// others.
func (m *mapping) valueFrom(path tree.Path) (out *corev1.EnvVarSource) {
	n := tree.At(m.container, path.With("valueFrom"))
	if n == nil {
		return nil
	}
	value, err := krm.Value(n)
	if err != nil {
		return nil
	}
	text, err := json.Marshal(value)
	if err != nil || json.Unmarshal(text, &out) != nil || out.FileKeyRef != nil { // error dropped: the caller reports what has no value
		return nil
	}
	return out
}
