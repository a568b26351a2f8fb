package conformance

import (
	"fmt"
	"os"
	"regexp"

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

// checkPodSecurityLabels reads a Namespace's labels as the API server does. All
// of them name the release that the pods were held against, which is this
// module's.
func checkPodSecurityLabels(o object) (lines []string) {
	policy, errs := api.PolicyToEvaluate(o.GetLabels(), api.Policy{})
	for _, err := range errs {
		lines = append(lines, err.Error())
	}
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		return append(lines, err.Error())
	}
	release := regexp.MustCompile(`k8s\.io/kubernetes (v1\.\d+)`).FindSubmatch(mod)
	if release == nil {
		return append(lines, "go.mod names no k8s.io/kubernetes")
	}
	for mode, lv := range map[string]api.LevelVersion{"enforce": policy.Enforce, "audit": policy.Audit, "warn": policy.Warn} {
		if lv.Version.String() != string(release[1]) {
			lines = append(lines, fmt.Sprintf("%s-version is %s, and the pods were tried with %s", mode, lv.Version, release[1]))
		}
		if mode != "enforce" && lv.Level != api.LevelRestricted {
			lines = append(lines, mode+" is "+string(lv.Level))
		}
	}
	return lines
}
