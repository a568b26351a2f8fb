package generators

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// secretDir is where Secrets are mounted, each in a directory of its volume's
// name. Nothing is mounted inside another mount: those are read-only, and the
// container runtime could not make the directory.
const secretDir = "/etc/athens/"

// mount is a volume and where the container sees it.
type mount struct {
	volume corev1.Volume
	at     corev1.VolumeMount
}

// volumes are those of mounts; several mounts in a row may show parts of one.
func volumes(mounts []mount) []corev1.Volume {
	var out []corev1.Volume
	for _, m := range mounts {
		if n := len(out); n == 0 || out[n-1].Name != m.volume.Name {
			out = append(out, m.volume)
		}
	}
	return out
}

func volumeMounts(mounts []mount) []corev1.VolumeMount {
	var out []corev1.VolumeMount
	for _, m := range mounts {
		out = append(out, m.at)
	}
	return out
}

// emptyDir is writable and gone with the pod; limit may be nil.
func emptyDir(name, path string, limit *resource.Quantity) mount {
	return mounted(name, path, false, corev1.VolumeSource{
		EmptyDir: &corev1.EmptyDirVolumeSource{SizeLimit: limit},
	})
}

func claimed(name, path, claim string) mount {
	return mounted(name, path, false, corev1.VolumeSource{
		PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: claim},
	})
}

// secretMode of a file is what a pod with an fsGroup gets anyway: root owns the
// files and the group of the pod may read them. ssh asks for 0600 only of files
// that its user owns.
const secretMode = int32(0o440)

// secretFiles mounts keys of a Secret in /etc/athens/<name>.
func secretFiles(name, secret string, files ...corev1.KeyToPath) mount {
	return mounted(name, secretDir+name, true, corev1.VolumeSource{
		Secret: &corev1.SecretVolumeSource{SecretName: secret, Items: files, DefaultMode: new(secretMode)},
	})
}

// configFiles mounts a ConfigMap. With GO_ENV=production Athens refuses files
// that group or others may write or execute; 0644 is the default of
// Kubernetes, written out because it matters here.
func configFiles(name, path, config string) mount {
	return mounted(name, path, true, corev1.VolumeSource{
		ConfigMap: &corev1.ConfigMapVolumeSource{
			LocalObjectReference: corev1.LocalObjectReference{Name: config},
			DefaultMode:          new(int32(0o644)),
		},
	})
}

// refFile is a value of a Secret or of a ConfigMap, and where its file is in a
// volume.
type refFile struct {
	ref  v1alpha1.FileRef
	path string
}

// refFiles is a volume with values of Secrets and ConfigMaps as files, with the
// mode of the files. A key that is missing keeps the pod from starting.
func refFiles(name, path string, mode int32, files ...refFile) mount {
	source := &corev1.ProjectedVolumeSource{DefaultMode: &mode}
	for _, f := range files {
		var p corev1.VolumeProjection
		if ref := f.ref.SecretRef; ref != nil {
			p.Secret = &corev1.SecretProjection{
				LocalObjectReference: corev1.LocalObjectReference{Name: ref.Name}, Items: []corev1.KeyToPath{file(ref.Key, f.path)}}
		}
		if ref := f.ref.ConfigMapRef; ref != nil {
			p.ConfigMap = &corev1.ConfigMapProjection{
				LocalObjectReference: corev1.LocalObjectReference{Name: ref.Name}, Items: []corev1.KeyToPath{file(ref.Key, f.path)}}
		}
		source.Sources = append(source.Sources, p)
	}
	return mounted(name, path, true, corev1.VolumeSource{Projected: source})
}

func mounted(name, path string, readOnly bool, source corev1.VolumeSource) mount {
	return mount{
		volume: corev1.Volume{Name: name, VolumeSource: source},
		at: corev1.VolumeMount{
			Name: name, MountPath: "/" + strings.Trim(path, "/"), ReadOnly: readOnly,
		},
	}
}

// file is one key of a Secret and the name of its file.
func file(key, path string) corev1.KeyToPath { return corev1.KeyToPath{Key: key, Path: path} }
