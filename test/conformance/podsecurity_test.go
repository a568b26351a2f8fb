package conformance

import (
	"k8s.io/pod-security-admission/admission"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// checkPodSecurity holds an object's pod template, if it has one, against the
// newest version of level restricted.
func checkPodSecurity(o object) (lines []string, hasPods bool) {
	extractor := admission.DefaultPodSpecExtractor{}
	obj, err := decodeStrict(o, o.GroupVersionKind().GroupVersion())
	if err != nil {
		return []string{err.Error()}, true
	}
	pod, spec, err := extractor.ExtractPodSpec(obj)
	if err != nil || spec == nil {
		return nil, false // another kind: it makes no pods
	}
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return []string{err.Error()}, true
	}
	restricted := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	for _, result := range evaluator.EvaluatePod(restricted, pod, spec) {
		if !result.Allowed {
			lines = append(lines, result.ForbiddenReason+": "+result.ForbiddenDetail)
		}
	}
	return lines, true
}
