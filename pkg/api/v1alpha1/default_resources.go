package v1alpha1

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/gomods/athens-kfn/pkg/companions"
)

const (
	mebi = 1 << 20
	gibi = 1 << 30

	// athensBase is the memory of Athens itself, and athensWorker that of a go
	// command.
	athensBase, athensWorker = 256 * mebi, 256 * mebi
	// athensModules is the memory for modules where they are kept in it.
	athensModules = gibi
	// athensCPU is what a go command asks for, in thousandths of a core.
	athensCPU = 100
	// collectorMemory is that of a collector, which refuses data close to it.
	collectorMemory = 256 * mebi
	// logsDisk is what a container writes that has no volume: its logs, of which
	// a kubelet keeps 50Mi, and that of AKS 250MB.
	logsDisk = 512 * mebi
	// athensDisk is what a container of Athens writes beside /tmp: HOME, logs.
	athensDisk = 512 * mebi
	// athensDownload is what a go command unpacks in /tmp.
	athensDownload = gibi
)

// Memory is what Athens needs for the go commands that run at once and for modules
// that it keeps in memory, unless resources say otherwise.
func (a *Athens) Memory() resource.Quantity {
	modules := int64(0)
	if a.Storage != nil && a.Storage.Memory != nil {
		modules = athensModules
	}
	return bytes(athensBase + a.workers()*athensWorker + modules)
}

// workers are the go commands that run at once; a number below 1 is refused.
func (a *Athens) workers() int64 { return int64(max(1, a.GoGetWorkers)) }

// downloads is what all go commands that run at once unpack.
func (a *Athens) downloads() int64 { return a.workers() * athensDownload }

// defaultWorkVolume fills where they unpack it.
func defaultWorkVolume(a *Athens) {
	set(&a.WorkVolume, WorkVolume{EmptyDir: &Empty{}})
	if e := a.WorkVolume.Ephemeral; e != nil {
		set(&e.Size, bytes(a.downloads()))
	}
}

// Tmp is the size of /tmp: the limit of ephemeral storage, of which the default
// leaves room for what else the container writes; nil without a limit.
func (a *Athens) Tmp() *resource.Quantity {
	limit, ok := a.Resources.Limits[corev1.ResourceEphemeralStorage]
	if !ok {
		return nil
	}
	if limit.Value() == athensDisk+a.downloads() {
		return new(bytes(a.downloads()))
	}
	return &limit
}

// Memory is what lathens needs for its cache and its callers, unless resources
// say otherwise. Numbers that are refused count as none.
func (l *Lathens) Memory() companions.Memory {
	return companions.LathensMemory(max(0, l.MaxBytes.Value()), int(max(0, l.MaxUpstream)), int(max(0, l.MaxWaiting)))
}

// defaultAthensResources grow with the go commands that run at once. Memory and
// disk are granted in full, because running out of them kills downloads; CPU has
// no limit, because waiting for it only slows them.
func defaultAthensResources(a *Athens) {
	if a.Resources == nil {
		disk := bytes(athensDisk)
		if a.WorkVolume.Ephemeral == nil {
			disk = bytes(athensDisk + a.downloads())
		}
		a.Resources = &corev1.ResourceRequirements{
			Requests: corev1.ResourceList{
				corev1.ResourceCPU:              *resource.NewMilliQuantity(a.workers()*athensCPU, resource.DecimalSI),
				corev1.ResourceEphemeralStorage: disk,
			},
			Limits: corev1.ResourceList{corev1.ResourceEphemeralStorage: disk},
		}
	}
	a.Resources = grantMemory(a.Resources, a.Memory())
}

// defaultCompanion fills the resources of what runs beside Athens: lathens,
// crathens and collectors, whose memory is what they need.
func defaultCompanion(r **corev1.ResourceRequirements, memory int64) {
	if *r == nil {
		*r = &corev1.ResourceRequirements{
			Requests: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("100m"), corev1.ResourceEphemeralStorage: bytes(logsDisk)},
			Limits:   corev1.ResourceList{corev1.ResourceEphemeralStorage: bytes(logsDisk)},
		}
	}
	*r = grantMemory(*r, bytes(memory))
}

// grantMemory adds the memory limit that is left out, which is no less than the
// request, and the request that is left out: all of the limit, as Kubernetes has
// it. A pod without them is the first that a full node kills, or it fills the node.
func grantMemory(own *corev1.ResourceRequirements, memory resource.Quantity) *corev1.ResourceRequirements {
	r := own.DeepCopy()
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

func bytes(n int64) resource.Quantity { return *resource.NewQuantity(n, resource.BinarySI) }
