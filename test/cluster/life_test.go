package cluster

import (
	"bufio"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// TestLife takes a site with several pods of each program through what happens to
// it in a cluster.
func TestLife(t *testing.T) {
	s := stateOf(t, "examples/production")
	place(t, s.manifests, "--server-side")
	settled(t)
	get := func(args ...string) string {
		return kubectl(t, "", append([]string{"-n", "goproxy", "get"}, args...)...)
	}
	const everywhere, lathens = "kubernetes.io/os=linux", "app.kubernetes.io/name=lathens"

	t.Run("every pod gets ready", func(t *testing.T) {
		ready := get("pods", "-o", `jsonpath={range .items[*]}{.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}`)
		if ready != strings.Repeat("True\n", 6) {
			t.Errorf("6 pods, ready:\n%s", ready)
		}
	})
	t.Run("the autoscaler acts on its bounds", func(t *testing.T) { // nothing here has metrics
		kubectl(t, "", "-n", "goproxy", "patch", "horizontalpodautoscaler", "goproxy-athens", "-p", `{"spec":{"minReplicas":5}}`)
		until(t, "5 pods of Athens", func() bool {
			return get("deployment", "goproxy-athens", "-o", "jsonpath={.status.readyReplicas}") == "5"
		})
		if able := get("horizontalpodautoscaler", "goproxy-athens", "-o", `jsonpath={.status.conditions[?(@.type=="AbleToScale")].status}`); able != "True" {
			t.Errorf("AbleToScale is %q", able)
		}
	})
	t.Run("a run of crathens completes", func(t *testing.T) {
		kubectl(t, "", "-n", "goproxy", "create", "job", "now", "--from=cronjob/goproxy-crathens")
		kubectl(t, "", "-n", "goproxy", "wait", "--for=condition=Complete", "job/now", "--timeout=60s")
		kubectl(t, "", "-n", "goproxy", "patch", "cronjob", "goproxy-crathens", "-p", `{"spec":{"schedule":"* * * * *"}}`)
		until(t, "a run on schedule completes", func() bool {
			return strings.Contains(get("jobs", "-o", `jsonpath={range .items[?(@.status.succeeded==1)]}{.metadata.name} {end}`), "goproxy-crathens-")
		})
	})
	t.Run("a rollout takes no pod away before its successor is ready", func(t *testing.T) {
		for _, program := range []string{"goproxy-athens", "goproxy-lathens"} {
			pods, _ := strconv.Atoi(get("deployment", program, "-o", "jsonpath={.spec.replicas}"))
			least := leastAvailable(t, program, func() {
				kubectl(t, "", "-n", "goproxy", "rollout", "restart", "deployment/"+program)
				kubectl(t, "", "-n", "goproxy", "rollout", "status", "deployment/"+program, "--timeout=300s")
			})
			if least < pods {
				t.Errorf("%s: %d of %d pods at least", program, least, pods)
			}
		}
	})
	t.Run("a drain waits for the budget", func(t *testing.T) {
		// Without a node to go to, an evicted pod stays pending.
		kubectl(t, "", "cordon", "-l", everywhere)
		defer kubectl(t, "", "uncordon", "-l", everywhere)
		out, err := answer("", "kubectl", "drain", "node-0", "node-1", "node-2", "--pod-selector="+lathens, "--delete-emptydir-data", "--timeout=8s")
		if err == nil || !strings.Contains(err.Error()+out, "disruption budget") {
			t.Errorf("a drain of all nodes: %v\n%s", err, out)
		}
		if n := get("deployment", "goproxy-lathens", "-o", "jsonpath={.status.availableReplicas}"); n != "2" {
			t.Errorf("%s of 3 pods of lathens are left, and the budget keeps 2", n)
		}
	})
	t.Run("a drain of one node ends", func(t *testing.T) {
		settled(t)
		kubectl(t, "", "drain", "node-0", "--pod-selector=athens.gomods.io/site", "--delete-emptydir-data", "--timeout=60s")
		kubectl(t, "", "uncordon", "node-0")
		settled(t)
	})
	t.Run("an apply takes back what was changed by hand", func(t *testing.T) {
		kubectl(t, s.manifests, "apply", "--server-side", "--force-conflicts", "-f", "-")
		same(t, s.manifests, "--server-side", "--force-conflicts")
	})
}

// leastAvailable is the lowest number of available pods of a Deployment during a change.
func leastAvailable(t *testing.T, deployment string, change func()) (least int) {
	t.Helper()
	watch := command("", "kubectl", "-n", "goproxy", "get", "deployment", deployment, "--watch", "-o", `jsonpath={.status.availableReplicas}{"\n"}`)
	lines, err := watch.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := watch.Start(); err != nil {
		t.Fatal(err)
	}
	var seen []int
	var reads sync.WaitGroup
	begun := make(chan struct{})
	reads.Go(func() {
		for s := bufio.NewScanner(lines); s.Scan(); {
			n, _ := strconv.Atoi(s.Text()) // none is the field left out
			if seen = append(seen, n); len(seen) == 1 {
				close(begun)
			}
		}
	})
	<-begun
	change()
	_ = watch.Process.Kill()
	reads.Wait()
	_ = watch.Wait()
	least = seen[0]
	for _, n := range seen {
		least = min(least, n)
	}
	return least
}
