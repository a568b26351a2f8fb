package generators

import (
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// downloadEnv says what happens with a version that is not stored: one mode,
// or a file with rules.
func downloadEnv(d *v1alpha1.Download) []corev1.EnvVar {
	if len(d.Rules) > 0 {
		return []corev1.EnvVar{env("ATHENS_DOWNLOAD_MODE", "file:"+configDir+downloadFile)}
	}
	return append([]corev1.EnvVar{env("ATHENS_DOWNLOAD_MODE", downloadMode(d.Mode))}, envIf("ATHENS_DOWNLOAD_URL", downloadURL(d))...)
}

// downloadURL is where redirects without a URL of their own lead; empty where
// there are none.
func downloadURL(d *v1alpha1.Download) string {
	if !d.Redirects() {
		return ""
	}
	return d.URL
}

// downloadMode is what Athens calls a mode.
func downloadMode(mode string) string {
	if mode == v1alpha1.DownloadAsyncRedirect {
		return "async_redirect"
	}
	return strings.ToLower(mode)
}

// downloadHCL is the file with rules in Athens' own language. downloadURL must
// be there at the top, even if nothing redirects.
func downloadHCL(d *v1alpha1.Download) string {
	var b strings.Builder
	attribute := func(indent, name, value string) {
		b.WriteString(indent + name + " = " + quote.HCL(value) + "\n")
	}
	attribute("", "mode", downloadMode(d.Mode))
	attribute("", "downloadURL", downloadURL(d))
	for _, rule := range d.Rules {
		for _, pattern := range AthensDownload.Patterns([]string{rule.Pattern}) {
			b.WriteString("\ndownload " + quote.HCL(pattern) + " {\n")
			attribute("  ", "mode", downloadMode(rule.Mode))
			if rule.URL != "" {
				attribute("  ", "downloadURL", rule.URL)
			}
			b.WriteString("}\n")
		}
	}
	return b.String()
}
