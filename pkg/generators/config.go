package generators

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// ConfigHashAnnotation on a pod template holds a hash of its ConfigMap, so
// that other content makes other pods: Athens reads its files once.
const ConfigHashAnnotation = "athens.gomods.io/config-hash"

// Files of Athens' ConfigMap and where it is mounted.
const (
	configDir    = "/etc/athens/config/"
	downloadFile = "download.hcl"
	filterFile   = "filter.conf"
)

// athensFiles are the files that Athens and its programs read, by name.
func athensFiles(a *v1alpha1.Athens) map[string]string {
	files := map[string]string{}
	if len(a.Download.Rules) > 0 {
		files[downloadFile] = downloadHCL(&a.Download)
	}
	if a.Filter != "" {
		files[filterFile] = a.Filter
	}
	if a.Fetches() {
		credentialFiles(files, a)
	}
	return files
}

func athensConfigMap(site *v1alpha1.AthensSite) []Object {
	files := athensFiles(&site.Spec.Athens)
	if len(files) == 0 {
		return nil
	}
	return []Object{configMap(site, Athens, files)}
}

func configMounts(site *v1alpha1.AthensSite) []mount {
	if len(athensFiles(&site.Spec.Athens)) == 0 {
		return nil
	}
	return []mount{configFiles("config", configDir, Name(site, Athens))}
}

func configMap(site *v1alpha1.AthensSite, program string, files map[string]string) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		TypeMeta:   Type("v1", "ConfigMap"),
		ObjectMeta: Meta(site, Name(site, program), program),
		Data:       files,
	}
}

// configHash is the first 16 hex digits of the SHA-256 of names and contents.
func configHash(files map[string]string) string {
	var all strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		// A zero byte cannot be part of either, so no two maps look alike.
		all.WriteString(name + "\x00" + files[name] + "\x00")
	}
	return Hash(all.String())
}

// Hash is the first 16 hex digits of the SHA-256 of a text, for a name that
// would be too long.
func Hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])[:16]
}
