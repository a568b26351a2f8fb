package generators

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// filterEnv points Athens to the filter file.
func filterEnv(a *v1alpha1.Athens) []corev1.EnvVar {
	if a.Filter == "" {
		return nil
	}
	out := []corev1.EnvVar{env("ATHENS_FILTER_FILE", configDir+filterFile)}
	if p := firstProxy(&a.Upstream); p != "" && filterRedirects(a.Filter) {
		// Lines with D send the client here. Athens' own default is localhost.
		out = append(out, env("ATHENS_GLOBAL_ENDPOINT", p))
	}
	return out
}

// filterRedirects says whether the filter sends clients elsewhere: a line
// whose sign is D.
func filterRedirects(filter string) bool {
	return slices.ContainsFunc(strings.Split(filter, "\n"), func(line string) bool {
		sign, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		return sign == "D"
	})
}

// firstProxy is the first upstream that is a URL.
func firstProxy(u *v1alpha1.Upstream) string {
	for _, p := range u.Proxies() {
		if p.IsServer() {
			return p.URL
		}
	}
	return ""
}
