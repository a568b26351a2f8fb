package generators

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// storageClaim is the volume of disk storage, unless there is one already.
func storageClaim(site *v1alpha1.AthensSite) []Object {
	d := site.Spec.Athens.Storage.Disk
	if d == nil || d.ClaimRef != nil {
		return nil
	}
	claim := &corev1.PersistentVolumeClaim{
		TypeMeta:   Type("v1", "PersistentVolumeClaim"),
		ObjectMeta: Meta(site, Name(site, Athens), Athens),
		Spec:       claimSpec(d.AccessMode, d.Size, d.StorageClassName),
	}
	if d.WhenDeleted == v1alpha1.WhenDeletedRetain {
		keep(claim)
	}
	return []Object{claim}
}

// keep makes Argo CD, Flux and Helm leave an object alone when it is no longer
// among the manifests, or when the application or release goes.
func keep(o Object) {
	o.SetAnnotations(map[string]string{
		"argocd.argoproj.io/sync-options":   "Prune=false,Delete=false",
		"kustomize.toolkit.fluxcd.io/prune": "disabled",
		"helm.sh/resource-policy":           "keep",
	})
}

// storageMounts are the volumes that the storage needs: its disk, or the key
// of its bucket.
func storageMounts(site *v1alpha1.AthensSite) []mount {
	s := site.Spec.Athens.Storage
	switch {
	case s.Disk != nil:
		claim := Name(site, Athens)
		if ref := s.Disk.ClaimRef; ref != nil {
			claim = ref.Name
		}
		return []mount{claimed("storage", diskRoot, claim)}
	case s.GCS != nil && s.GCS.Credentials != nil && s.GCS.Credentials.SecretRef != nil:
		ref := s.GCS.Credentials.SecretRef
		return []mount{secretFiles("gcp", ref.Name, file(ref.Key, "key.json"))}
	}
	return nil
}

// workMount is where go commands unpack modules. ATHENS_GOGET_DIR would move only
// what is stored, and not the clones of lists (v0.18.0, pkg/module/go_vcs_lister.go).
func workMount(site *v1alpha1.AthensSite) mount {
	const name, path = "tmp", "/tmp"
	e := site.Spec.Athens.WorkVolume.Ephemeral
	if e == nil {
		return emptyDir(name, path, site.Spec.Athens.Tmp())
	}
	return mounted(name, path, false, corev1.VolumeSource{Ephemeral: &corev1.EphemeralVolumeSource{
		VolumeClaimTemplate: &corev1.PersistentVolumeClaimTemplate{
			ObjectMeta: metav1.ObjectMeta{Labels: Labels(site, Athens)},
			Spec:       claimSpec(string(corev1.ReadWriteOnce), e.Size, e.StorageClassName),
		},
	}})
}

func claimSpec(mode string, size *resource.Quantity, class string) corev1.PersistentVolumeClaimSpec {
	spec := corev1.PersistentVolumeClaimSpec{
		AccessModes: []corev1.PersistentVolumeAccessMode{corev1.PersistentVolumeAccessMode(mode)},
		Resources:   corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: *size}},
	}
	if class != "" {
		spec.StorageClassName = &class
	}
	return spec
}

// athensStrategy replaces one pod at a time and never goes below the number of
// replicas. A volume that one node at a time may use cannot be shared with a
// successor: there the old pod stops first.
func athensStrategy(s *v1alpha1.Storage) appsv1.DeploymentStrategy {
	if s.Disk != nil && s.Disk.AccessMode == string(corev1.ReadWriteOnce) {
		return appsv1.DeploymentStrategy{Type: appsv1.RecreateDeploymentStrategyType}
	}
	return rolling()
}
