package cluster

import (
	"strings"
	"testing"
)

// TestTwoSites applies two sites from one folder, and prunes one by its label: the
// other keeps every object.
func TestTwoSites(t *testing.T) {
	first := run(t, "", "athens-kfn", "render", "-q", file(t, siteWith("")))
	second := run(t, "", "athens-kfn", "render", "-q", file(t, strings.NewReplacer("goproxy.example", "gomods.example", "name: goproxy", "name: gomods", "namespace: goproxy", "namespace: gomods").Replace(siteWith(""))))
	place(t, first+"---\n"+second)
	args := []string{"apply", "--prune", "-l", "athens.gomods.io/site=gomods.gomods", "-f", "-"}
	for _, kind := range []string{"apps/v1/Deployment", "core/v1/Service", "batch/v1/CronJob", "policy/v1/PodDisruptionBudget",
		"networking.istio.io/v1/VirtualService", "networking.istio.io/v1alpha3/EnvoyFilter", "security.istio.io/v1/AuthorizationPolicy"} {
		args = append(args, "--prune-allowlist="+kind)
	}
	// What is labelled as the second site's and no longer rendered goes.
	var rest []string
	for _, doc := range strings.Split(second, "\n---\n") {
		if !strings.Contains(doc, "kind: CronJob\n") {
			rest = append(rest, doc)
		}
	}
	out := kubectl(t, strings.Join(rest, "\n---\n"), args...)
	if got := strings.Count(out, " pruned\n"); got != 1 || !strings.Contains(out, "cronjob.batch/gomods-crathens pruned\n") {
		t.Errorf("not only the CronJob was pruned:\n%s", out)
	}
	same(t, first)
}

// TestRotation rotates a Secret. No field of the site changes, so that nothing
// restarts on its own, and the runbook has the command.
func TestRotation(t *testing.T) {
	s := file(t, siteWith("  athens: {replicas: 2, "+blob+"}\n"))
	place(t, run(t, "", "athens-kfn", "render", "-q", s))
	secret := func(key string) string {
		return run(t, "", "kubectl", "-n", "goproxy", "create", "secret", "generic", "athens-blob", "--from-literal=accountKey="+key, "--dry-run=client", "-o", "yaml")
	}
	kubectl(t, secret("first"), "apply", "--server-side", "-f", "-")
	before := settled(t)
	kubectl(t, secret("second"), "apply", "--server-side", "-f", "-")
	if now := settled(t); now["goproxy-athens"] != before["goproxy-athens"] {
		t.Error("a Secret restarts its pods: the runbook says that it does not")
	}
	const restart = "kubectl -n goproxy rollout restart deployment/goproxy-athens"
	if book := run(t, "", "athens-kfn", "runbook", "-q", s); !strings.Contains(book, restart) {
		t.Fatalf("the runbook has no %s", restart)
	}
	follow(t, []string{restart})
	now := settled(t)
	if now["goproxy-athens"] == before["goproxy-athens"] || now["goproxy-lathens"] != before["goproxy-lathens"] {
		t.Errorf("a restart of Athens: %v → %v", before, now)
	}
}
