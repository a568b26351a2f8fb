package generators

import (
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/companions"
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
	memory := AthensMemory(a)
	if a.Resources != nil {
		return grantMemory(*a.Resources.DeepCopy(), memory)
	}
	disk := bytes(512*mebi + int64(a.GoGetWorkers)*gibi)
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

// AthensMemory is the memory limit of Athens unless its resources set one.
func AthensMemory(a *v1alpha1.Athens) resource.Quantity {
	return bytes(256*mebi + int64(a.GoGetWorkers)*256*mebi)
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

func lathensResources(l *v1alpha1.Lathens) corev1.ResourceRequirements {
	return companionResources(l.Resources, bytes(LathensMemory(l).Limit))
}

// grantMemory adds the memory limit that is left out, which is no less than the
// request, and the request that is left out: all of the limit, as Kubernetes has
// it. A pod without them is the first that a full node kills, or it fills the node.
func grantMemory(r corev1.ResourceRequirements, memory resource.Quantity) corev1.ResourceRequirements {
	request, asked := r.Requests[corev1.ResourceMemory]
	limit, limited := r.Limits[corev1.ResourceMemory]
	if !limited {
		limit = memory
		if asked && request.Cmp(limit) > 0 {
			limit = request
		}
		r.Limits = with(r.Limits, corev1.ResourceMemory, limit)
	}
	if !asked {
		r.Requests = with(r.Requests, corev1.ResourceMemory, limit)
	}
	return r
}

func with(list corev1.ResourceList, name corev1.ResourceName, q resource.Quantity) corev1.ResourceList {
	if list == nil {
		list = corev1.ResourceList{}
	}
	list[name] = q
	return list
}

// LathensMemory is what lathens needs for its cache and its callers.
func LathensMemory(l *v1alpha1.Lathens) companions.Memory {
	return companions.LathensMemory(l.MaxBytes.Value(), int(l.MaxUpstream), int(l.MaxWaiting))
}

func crathensResources(c *v1alpha1.Crathens) corev1.ResourceRequirements {
	return companionResources(c.Resources, bytes(companions.CrathensMemory().Limit))
}

func companionResources(own *corev1.ResourceRequirements, memory resource.Quantity) corev1.ResourceRequirements {
	if own != nil {
		return grantMemory(*own.DeepCopy(), memory)
	}
	return corev1.ResourceRequirements{
		Requests: corev1.ResourceList{
			corev1.ResourceCPU:    resource.MustParse("100m"),
			corev1.ResourceMemory: memory,
		},
		Limits: corev1.ResourceList{corev1.ResourceMemory: memory},
	}
}

// memoryGoal makes Go collect garbage before the container is killed. Of a limit
// of the user's own it is the same share as of the need.
func memoryGoal(need companions.Memory, r corev1.ResourceRequirements) corev1.EnvVar {
	goal := need.Go
	if limit, ok := r.Limits[corev1.ResourceMemory]; ok {
		goal = int64(limit.AsApproximateFloat64() * float64(need.Go) / float64(need.Limit))
	}
	return env("GOMEMLIMIT", strconv.FormatInt(goal/mebi, 10)+"MiB")
}

func bytes(n int64) resource.Quantity { return *resource.NewQuantity(n, resource.BinarySI) }
