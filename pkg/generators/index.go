package generators

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// mysqlMode is the mode of Athens' own sessions with the server. Athens writes
// times that end in Z; in the strict mode, its default, MariaDB refuses them
// (Error 1292) and every first .info is a 500. Without it the Z is left out, and
// a time reads as it was written, whatever the server's time zone. It is one
// word: Athens splits the parameters at commas.
const mysqlMode = "sql_mode:'NO_ENGINE_SUBSTITUTION'"

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
			sqlEnv("ATHENS_INDEX_MYSQL_", i.MySQL,
				"parseTime:true,timeout:30s,"+mysqlMode+",tls:"+tlsMode(site, i.MySQL, "preferred", "skip-verify"))...)
	case i.Postgres != nil:
		return append([]corev1.EnvVar{env(kind, "postgres")},
			// The image says 30s, which the driver does not understand.
			sqlEnv("ATHENS_INDEX_POSTGRES_", i.Postgres,
				"connect_timeout:30,sslmode:"+tlsMode(site, i.Postgres, "disable", "require"))...)
	}
	return nil
}

func sqlEnv(prefix string, s *v1alpha1.SQLIndex, params string) []corev1.EnvVar {
	out := []corev1.EnvVar{
		env(prefix+"HOST", s.Host),
		env(prefix+"PORT", number(s.Port)),
		env(prefix+"DATABASE", s.Database),
	}
	out = append(out, userEnv(prefix+"USER", prefix+"PASSWORD", &s.Credentials)...)
	return append(out, env(prefix+"PARAMS", params))
}

// tlsMode encrypts what leaves the cluster. The certificate is not checked:
// hosted databases bring authorities of their own, and Athens has no setting
// for one.
func tlsMode(site *v1alpha1.AthensSite, s *v1alpha1.SQLIndex, inside, outside string) string {
	if _, ok := site.Spec.ServiceNamespace(s.Host); ok {
		return inside
	}
	return outside
}
