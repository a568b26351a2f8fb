package generators

import (
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/gomods/athens-kfn/pkg/companions"
)

const mebi = 1 << 20

// homeLimit is the size of HOME, which holds credentials and what git, hg and
// go remember; it fits into the 512Mi that Athens has beside /tmp by default.
func homeLimit() *resource.Quantity { return resource.NewQuantity(256*mebi, resource.BinarySI) }

// memoryGoal makes Go collect garbage before the container is killed. Of a limit
// of the user's own it is the same share as of the need.
func memoryGoal(need companions.Memory, r *corev1.ResourceRequirements) corev1.EnvVar {
	goal := int64(r.Limits.Memory().AsApproximateFloat64() * float64(need.Go) / float64(need.Limit))
	return env("GOMEMLIMIT", strconv.FormatInt(goal/mebi, 10)+"MiB")
}
