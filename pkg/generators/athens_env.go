package generators

import (
	"slices"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/releases"
)

// homeDir is the home of user 1000 in Athens' image. Athens writes .netrc and
// .hgrc there, git, hg and ssh look there.
const homeDir = "/home/athens"

// athensEnv is Athens' whole configuration, in groups. What matters is written
// out even where it is Athens' own default: the image's configuration file
// holds placeholders that pass Athens' check, so what is forgotten here fails
// only later.
func athensEnv(site *v1alpha1.AthensSite) []corev1.EnvVar {
	a := &site.Spec.Athens
	ours := slices.Concat(
		processEnv(a),
		proxyEnv(site),
		trustEnv(site),
		upstreamEnv(site),
		privateEnv(a),
		downloadEnv(&a.Download),
		filterEnv(a),
		storageEnv(a.Storage),
		singleFlightEnv(a.SingleFlight),
		indexEnv(site),
		basicAuthEnv(a.BasicAuth),
		athensTracing(site),
	)
	// What the user sets replaces ours: server-side apply refuses a name twice.
	theirs := make(map[string]bool, len(a.Env))
	for _, e := range a.Env {
		theirs[e.Name] = true
	}
	ours = slices.DeleteFunc(ours, func(v corev1.EnvVar) bool { return theirs[v.Name] })
	return append(ours, a.Env...)
}

// processEnv is about the process itself: port, logs, workers, timeouts.
func processEnv(a *v1alpha1.Athens) []corev1.EnvVar {
	out := []corev1.EnvVar{
		env("HOME", homeDir),
		// Besides being honest, this makes Athens refuse configuration files
		// that others may write.
		env("GO_ENV", "production"),
		env("ATHENS_PORT", ":"+strconv.Itoa(AthensPort)),
		env("ATHENS_LOG_LEVEL", a.LogLevel),
		env("ATHENS_LOG_FORMAT", "json"),
		env("ATHENS_STATS_EXPORTER", "prometheus"),
		env("ATHENS_GOGET_WORKERS", number(a.GoGetWorkers)),
		env("ATHENS_PROTOCOL_WORKERS", number(a.ProtocolWorkers)),
		env("ATHENS_TIMEOUT", seconds(a.Timeouts.Request)),
	}
	if a.Has(releases.StashTimeout) {
		out = append(out, env("ATHENS_STASH_TIMEOUT", seconds(a.Timeouts.Stash)))
	}
	return append(out, env("ATHENS_SHUTDOWN_TIMEOUT", seconds(a.Timeouts.Shutdown)))
}

// basicAuthEnv is what Athens asks of clients and what crathens answers.
func basicAuthEnv(b *v1alpha1.UserCredentials) []corev1.EnvVar {
	if b == nil {
		return nil
	}
	return userEnv("BASIC_AUTH_USER", "BASIC_AUTH_PASS", b)
}

// env is a variable with a value that the kubelet changes nothing in.
func env(name, value string) corev1.EnvVar {
	return corev1.EnvVar{Name: name, Value: quote.Kubernetes(value)}
}

func secretEnv(name, secret, key string) corev1.EnvVar {
	return corev1.EnvVar{Name: name, ValueFrom: &corev1.EnvVarSource{
		SecretKeyRef: &corev1.SecretKeySelector{
			LocalObjectReference: corev1.LocalObjectReference{Name: secret},
			Key:                  key,
		},
	}}
}

// envIf is a variable that is left out where it is empty.
func envIf(name, value string) []corev1.EnvVar {
	if value == "" {
		return nil
	}
	return []corev1.EnvVar{env(name, value)}
}

// sourceEnv is a variable from a Secret that may be left out.
func sourceEnv(name string, s *v1alpha1.SecretValue) []corev1.EnvVar {
	if s == nil {
		return nil
	}
	return []corev1.EnvVar{refEnv(name, s.SecretRef)}
}

// refEnv takes the variable from a Secret's key.
func refEnv(name string, ref v1alpha1.SecretKeyRef) corev1.EnvVar {
	return secretEnv(name, ref.Name, ref.Key)
}

// userEnv takes the name and the password of a user from a Secret.
func userEnv(name, password string, c *v1alpha1.UserCredentials) []corev1.EnvVar {
	ref := &c.SecretRef
	return []corev1.EnvVar{
		secretEnv(name, ref.Name, ref.Keys.Username),
		secretEnv(password, ref.Name, ref.Keys.Password),
	}
}

func number(n int32) string { return strconv.Itoa(int(n)) }

// seconds is how Athens reads durations: a whole number without a unit.
func seconds(d *metav1.Duration) string {
	return strconv.FormatInt(int64(d.Duration/time.Second), 10)
}
