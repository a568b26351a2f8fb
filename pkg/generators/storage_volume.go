package generators

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

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
		Spec: corev1.PersistentVolumeClaimSpec{
			AccessModes: []corev1.PersistentVolumeAccessMode{corev1.PersistentVolumeAccessMode(d.AccessMode)},
			Resources: corev1.VolumeResourceRequirements{
				Requests: corev1.ResourceList{corev1.ResourceStorage: *d.Size},
			},
		},
	}
	if d.StorageClassName != "" {
		claim.Spec.StorageClassName = &d.StorageClassName
	}
	keep(claim)
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

// athensStrategy replaces one pod at a time and never goes below the number of
// replicas. A volume that one node at a time may use cannot be shared with a
// successor: there the old pod stops first.
func athensStrategy(s *v1alpha1.Storage) appsv1.DeploymentStrategy {
	if s.Disk != nil && s.Disk.AccessMode == string(corev1.ReadWriteOnce) {
		return appsv1.DeploymentStrategy{Type: appsv1.RecreateDeploymentStrategyType}
	}
	return rolling()
}
