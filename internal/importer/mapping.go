package importer

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/strict"
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
	used  map[place]bool
	lines []Line
}

// KeyRef is one key of a Secret.
type KeyRef struct{ Name, Key string }

// String is the key as reports have it.
func (r KeyRef) String() string { return "the key " + r.Key + " of the Secret " + r.Name }

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
		m.why[name] = "it names " + file.String() + ", which no field of the spec mounts: patch the Deployment, for example with kustomize"
		return
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

func secretSource(ref KeyRef) *corev1.EnvVarSource {
	return &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: ref.Name}, Key: ref.Key}}
}

// isSecret reports whether a value must not be in a file. A name that is KEY says
// nothing: the form of the value does, which a key that was made at random has.
func isSecret(name, value string) bool {
	if name == "KEY" {
		return quote.Shown(value) != value || len(value) >= 16 && !strings.ContainsAny(value, " ./:,") && strings.ContainsAny(value, "0123456789")
	}
	return quote.Of(name, value) != value
}

// move says that a value in clear text goes into a Secret of the site.
func (m *mapping) move(name, suffix, key string) KeyRef {
	ref := KeyRef{m.site.Name + "-" + suffix, key}
	m.moved[name] = ref
	m.make(ref.Name, []string{key}, []string{name})
	return ref
}

// make asks for a Secret with what variables hold now.
func (m *mapping) make(secret string, keys, names []string) {
	m.todo("Secret "+secret, "needs the keys %s, from %s: make it in the namespace %s: a site file holds no secrets, and names one Secret", strings.Join(keys, ", "), strings.Join(names, ", "), m.site.Namespace)
}

// ref is the Secret of a setting: the one that it is in, or the one to make. False
// if it is not set.
func (m *mapping) ref(name, suffix, key string) (KeyRef, bool) {
	s := m.setting(name)
	switch {
	case s.SecretName != "":
		return KeyRef{s.SecretName, s.SecretKey}, true
	case s.Unknown != "":
		m.leave(name, "%s: make a Secret with it", s.Unknown)
		return KeyRef{}, false
	case s.written == "" || s.Value == "":
		return KeyRef{}, false
	}
	return m.move(name, suffix, key), true
}

// pair are the keys of one Secret, empty for what is not set. If the values are not
// in one Secret yet, it is to be made. False if none is set.
func (m *mapping) pair(suffix string, names, keys []string) (secret string, found []string, ok bool) {
	found = make([]string, len(names))
	var set, into []string
	one := true
	for i, name := range names {
		s := m.setting(name)
		switch {
		case s.Unknown != "":
			m.leave(name, "%s: make a Secret with it", s.Unknown)
			continue
		case s.SecretName == "" && (s.written == "" || s.Value == ""):
			continue
		}
		one = one && s.SecretName != "" && (secret == "" || secret == s.SecretName)
		secret, found[i] = s.SecretName, s.SecretKey
		set, into = append(set, name), append(into, keys[i])
	}
	if len(set) == 0 || one {
		return secret, found, len(set) > 0
	}
	secret = m.site.Name + "-" + suffix
	m.make(secret, into, set)
	for i, name := range names {
		if found[i] = ""; slices.Contains(set, name) {
			found[i] = keys[i]
			m.moved[name] = KeyRef{secret, keys[i]}
		}
	}
	return secret, found, true
}

// unless is a key that is left out where it is the default.
func unless(key, byDefault string) string {
	if key == byDefault {
		return ""
	}
	return key
}

// secretValue is a reference without the default key.
func secretValue(ref KeyRef, byDefault string) *v1alpha1.SecretValue {
	return &v1alpha1.SecretValue{SecretRef: v1alpha1.SecretKeyRef{Name: ref.Name, Key: unless(ref.Key, byDefault)}}
}

// assign sets a field of a struct by its path, makes the structs on the way, and
// converts by its type: Athens counts seconds and separates lists by commas.
func assign(v reflect.Value, field, value string) error {
	for name := range strings.SplitSeq(field, ".") {
		for v.Kind() == reflect.Pointer {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		i := -1
		var fields []strict.Field
		if v.Kind() == reflect.Struct {
			fields = strict.Fields(v.Type())
			i = slices.IndexFunc(fields, func(f strict.Field) bool { return f.Name == name })
		}
		if i < 0 {
			return fmt.Errorf("has no conversion to %s", field)
		}
		v = v.FieldByIndex(fields[i].Index)
	}
	switch v.Interface().(type) {
	case string:
		if quote.HoldsLogin(value) {
			return fmt.Errorf("holds a password in its URL, which a site file must not: write it without, with the login in a .netrc")
		}
		v.SetString(value)
	case int32:
		n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 32)
		if err != nil {
			return fmt.Errorf("is not a number")
		}
		v.SetInt(n)
	case bool:
		b, err := strconv.ParseBool(value)
		if err != nil {
			return fmt.Errorf("is not true or false")
		}
		v.SetBool(b)
	case []string:
		v.Set(reflect.ValueOf(commaSplit(value)))
	case *metav1.Duration:
		n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 32)
		if err != nil {
			return fmt.Errorf("is not a number of seconds")
		}
		v.Set(reflect.ValueOf(&metav1.Duration{Duration: time.Duration(n) * time.Second}))
	default:
		return fmt.Errorf("has no conversion to %s", field)
	}
	return nil
}

func commaSplit(s string) []string {
	out := []string{}
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// camel is a word of Athens as the spec writes it: async_redirect is AsyncRedirect.
func camel(s string) (out string) {
	for word := range strings.SplitSeq(strings.ToLower(s), "_") {
		out += strings.ToUpper(word[:min(1, len(word))]) + word[min(1, len(word)):]
	}
	return out
}

// server is host:port of a URL, or of host:port, with the login that it has.
func server(s, port string) (hostPort string, login *url.Userinfo, rest *url.URL) {
	if !strings.Contains(s, "://") {
		s = "tcp://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" {
		return "", nil, nil
	}
	host := u.Hostname()
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return host + ":" + cmp.Or(u.Port(), port), u.User, u
}
