package generators

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// mysqlMode is the mode of Athens' own sessions with the server. Athens writes
// times that end in Z; in the strict mode, its default, MariaDB refuses them
// (Error 1292) and every first .info is a 500. Without it the Z is left out, and
// a time reads as it was written, whatever the server's time zone. It is one
// word: Athens splits the parameters at commas.
const mysqlMode = "'NO_ENGINE_SUBSTITUTION'"

// indexEnv is where Athens records what it stored and when. The parameters of
// a database replace those of Athens' image as a whole, written as
// name:value,name:value.
func indexEnv(site *v1alpha1.AthensSite) []corev1.EnvVar {
	i := site.Spec.Athens.Index
	const kind = "ATHENS_INDEX_TYPE"
	switch {
	case i == nil:
		return []corev1.EnvVar{env(kind, "none")}
	case i.Memory != nil:
		return []corev1.EnvVar{env(kind, "memory")}
	case i.MySQL != nil:
		return append([]corev1.EnvVar{env(kind, "mysql"), env("ATHENS_INDEX_MYSQL_PROTOCOL", "tcp")},
			sqlEnv("ATHENS_INDEX_MYSQL_", i.MySQL, []parameter{
				{"parseTime", "true"}, {"timeout", "30s"}, {"sql_mode", mysqlMode},
				{"tls", tlsMode(site, i.MySQL, "preferred", "skip-verify", "true")},
			})...)
	case i.Postgres != nil:
		return append([]corev1.EnvVar{env(kind, "postgres")}, sqlEnv("ATHENS_INDEX_POSTGRES_", i.Postgres, postgresParameters(site))...)
	}
	return nil
}

// parameter is one of a connection with a database.
type parameter struct{ name, value string }

func postgresParameters(site *v1alpha1.AthensSite) []parameter {
	s := site.Spec.Athens.Index.Postgres
	out := []parameter{
		{"connect_timeout", "30"}, // the image says 30s, which the driver does not understand
		{"sslmode", tlsMode(site, s, "disable", "require", "verify-full")},
	}
	if s.TLS != nil && s.TLS.CARef != nil {
		out = append(out, parameter{"sslrootcert", indexDir + caFile})
	}
	if s.TLS != nil && s.TLS.ClientCertificate != nil {
		out = append(out, parameter{"sslcert", indexDir + certificateFile}, parameter{"sslkey", indexDir + privateKeyFile})
	}
	return out
}

func sqlEnv(prefix string, s *v1alpha1.SQLIndex, params []parameter) []corev1.EnvVar {
	out := []corev1.EnvVar{
		env(prefix+"HOST", s.Host),
		env(prefix+"PORT", number(s.Port)),
		env(prefix+"DATABASE", s.Database),
	}
	out = append(out, userEnv(prefix+"USER", prefix+"PASSWORD", &s.Credentials)...)
	for _, name := range slices.Sorted(maps.Keys(s.Parameters)) {
		at := slices.IndexFunc(params, func(p parameter) bool { return p.name == name })
		if at < 0 {
			at, params = len(params), append(params, parameter{name, ""})
		}
		params[at].value = s.Parameters[name]
	}
	var text []string
	for _, p := range params {
		text = append(text, p.name+":"+p.value)
	}
	return append(out, env(prefix+"PARAMS", strings.Join(text, ",")))
}

// tlsMode is how much TLS a connection has. What leaves the cluster is encrypted;
// the certificate is checked only where the spec asks for it, because hosted
// databases bring authorities of their own.
func tlsMode(site *v1alpha1.AthensSite, s *v1alpha1.SQLIndex, inside, outside, verified string) string {
	if s.TLS != nil {
		return verified
	}
	if _, ok := site.Spec.ServiceNamespace(s.Host); ok {
		return inside
	}
	return outside
}
