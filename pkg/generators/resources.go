package generators

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

const (
	mebi = 1 << 20
	gibi = 1 << 30
)

// athensResources grow with the go commands that run at once: each takes up to
// 256Mi of memory, and 1Gi in /tmp while it unpacks a large module. Memory and
// disk are granted in full, because running out of them kills downloads; CPU
// has no limit, because waiting for it only slows them.
func athensResources(a *v1alpha1.Athens) corev1.ResourceRequirements {
	if a.Resources != nil {
		return *a.Resources.DeepCopy()
	}
	workers := int64(a.GoGetWorkers)
	memory := bytes(256*mebi + workers*256*mebi)
	disk := bytes(512*mebi + workers*gibi)
	return corev1.ResourceRequirements{
		Requests: corev1.ResourceList{
			corev1.ResourceCPU:              resource.MustParse("500m"),
			corev1.ResourceMemory:           memory,
			corev1.ResourceEphemeralStorage: disk,
		},
		Limits: corev1.ResourceList{
			corev1.ResourceMemory:           memory,
			corev1.ResourceEphemeralStorage: disk,
		},
	}
}

// tmpLimit is the size of /tmp: what athensResources has for it, the limit
// that the user set, or none.
func tmpLimit(a *v1alpha1.Athens) *resource.Quantity {
	if a.Resources == nil {
		return new(bytes(int64(a.GoGetWorkers) * gibi))
	}
	if limit, ok := a.Resources.Limits[corev1.ResourceEphemeralStorage]; ok {
		return new(limit.DeepCopy())
	}
	return nil
}

// homeLimit is the size of HOME, which holds credentials and what git, hg and
// go remember; it fits into the 512Mi that athensResources has beside /tmp.
func homeLimit() *resource.Quantity { return new(bytes(256 * mebi)) }

// lathensResources are the cache and 64Mi for the program around it.
func lathensResources(l *v1alpha1.Lathens) corev1.ResourceRequirements {
	return companionResources(l.Resources, bytes(l.MaxBytes.Value()+64*mebi))
}

func crathensResources(c *v1alpha1.Crathens) corev1.ResourceRequirements {
	return companionResources(c.Resources, bytes(128*mebi))
}

func companionResources(own *corev1.ResourceRequirements, memory resource.Quantity) corev1.ResourceRequirements {
	if own != nil {
		return *own.DeepCopy()
	}
	return corev1.ResourceRequirements{
		Requests: corev1.ResourceList{
			corev1.ResourceCPU:    resource.MustParse("100m"),
			corev1.ResourceMemory: memory,
		},
		Limits: corev1.ResourceList{corev1.ResourceMemory: memory},
	}
}

func bytes(n int64) resource.Quantity { return *resource.NewQuantity(n, resource.BinarySI) }
