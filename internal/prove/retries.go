package prove

import (
	"slices"
	"strconv"
	"strings"
)

// withStatuses writes retry conditions as Envoy has them: status codes are a
// list of their own.
func withStatuses(retryOn string) string {
	var conditions []string
	codes := false
	for c := range strings.SplitSeq(retryOn, ",") {
		if _, err := strconv.Atoi(c); err == nil {
			codes = true
			continue
		}
		conditions = append(conditions, c)
	}
	if codes && !slices.Contains(conditions, retriableStatuses) {
		conditions = append(conditions, retriableStatuses)
	}
	return strings.Join(conditions, ",")
}

const retriableStatuses = "retriable-status-codes"
