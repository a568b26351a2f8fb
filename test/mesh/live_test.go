package mesh

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/test/mesh/cluster"
	"github.com/gomods/athens-kfn/test/mesh/istiod"
	"github.com/gomods/athens-kfn/test/mesh/live"
	"github.com/gomods/athens-kfn/test/mesh/manifest"
	"github.com/gomods/athens-kfn/test/mesh/walk"
)

// Variables of the environment that the tests with real Envoys read.
const (
	// envoyVar is the path of an Envoy; make test-live sets it.
	envoyVar = "ENVOY"
	// holdVar is the pattern of a test's name: what it started stays until the
	// test is interrupted, and a person can look into it.
	holdVar = "LIVE_HOLD"
)

// needEnvoy skips a test that cannot run here; in CI it must run.
func needEnvoy(t *testing.T) {
	t.Helper()
	why := ""
	if os.Getuid() != 0 {
		why = "network namespaces need root"
	} else if os.Getenv(envoyVar) == "" {
		why = envoyVar + " names no Envoy: use make test-live"
	}
	for _, tool := range []string{"ip", "iptables-restore"} {
		if _, err := exec.LookPath(tool); err != nil {
			why = err.Error()
		}
	}
	switch {
	case why == "":
	case os.Getenv("CI") == "true":
		t.Fatal(why)
	default:
		t.Skip(why)
	}
}

// livePrograms are built once: the companions of this repository, and a
// stand-in for all else.
var livePrograms = sync.OnceValues(func() (live.Programs, error) {
	file := func(name string) string { return filepath.Join(scratch, name) }
	p := live.Programs{
		Envoy: file("envoy"), StandIn: file("standin"),
		Real: map[string]string{"lathens": file("lathens"), "crathens": file("crathens")},
	}
	for dir, packages := range map[string][]string{
		".": {"./live/standin"}, root: {"./cmd/lathens", "./cmd/crathens"},
	} {
		build := exec.Command("go", append([]string{"build", "-o", scratch}, packages...)...)
		build.Dir, build.Env = dir, append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return p, fmt.Errorf("%w: %s", err, out)
		}
	}
	return p, copyProgram(os.Getenv(envoyVar), p.Envoy)
})

// copyProgram to where users without rights can execute it: they may not be let
// into the folder of a checkout.
func copyProgram(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return out.Close()
}

// openDir is a folder that every user can read, until the test ends.
func openDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(scratch, "run")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// running brings a case up with real Envoys, its companions and a stand-in for
// Athens.
func running(t *testing.T, c manifest.Case) *live.Live {
	t.Helper()
	needEnvoy(t)
	programs, err := livePrograms()
	if err != nil {
		t.Fatal(err)
	}
	return runningWith(t, c, programs)
}

func runningWith(t *testing.T, c manifest.Case, programs live.Programs) *live.Live {
	t.Helper()
	dir := openDir(t)
	foreign, err := around()
	if err != nil {
		t.Fatal(err)
	}
	site := c.Sites[0]
	objects := slices.Concat(c.Objects, foreign, certificates(t, c), guest(site.Namespace), otherTeam(t, site))
	world := &walk.World{Cluster: cluster.New(objects, cluster.Trouble{}), TrustDomain: site.Spec.Mesh.TrustDomain}
	world.Istiod, err = istiod.Serve(t, world.Cluster, istiod.MeshConfig(site.Spec.Mesh.RootNamespace, world.TrustDomain), dir+"/xds")
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	l, err := live.Start(t, world, site, dir, programs)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d pods, ready after %s", len(l.Nodes), time.Since(begin).Round(time.Millisecond))
	if hold := os.Getenv(holdVar); hold != "" && strings.Contains(t.Name(), hold) {
		fmt.Println(l.Shells())
		select {}
	}
	return l
}

// otherTeam has hosts on the same gateway, which lead to the Services of the
// site: what rows "from: gateway" are about.
func otherTeam(t *testing.T, site *v1alpha1.AthensSite) []manifest.Object {
	t.Helper()
	suffix := "." + site.Namespace + ".svc.cluster.local"
	var selector []string
	for k, v := range site.Spec.Gateway.Workload().Labels {
		selector = append(selector, fmt.Sprintf("%q: %q", k, v))
	}
	objects, err := manifest.Parse([]byte(strings.NewReplacer(
		"SELECTOR", "{"+strings.Join(selector, ", ")+"}",
		"ATHENS", site.Name+"-athens"+suffix, "LIST", site.Name+"-list"+suffix, "GUEST", "guest"+suffix,
	).Replace(otherTeamYAML)))
	if err != nil {
		t.Fatal(err)
	}
	return append(objects, secret(t, site.Spec.Gateway.Workload().Namespace, "other-tls"))
}

const otherTeamYAML = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: other, namespace: shop}
spec:
  selector: SELECTOR
  servers:
  - port: {number: 443, name: https-other, protocol: HTTPS}
    hosts: ["*.other.example.net"]
    tls: {mode: SIMPLE, credentialName: other-tls}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: other, namespace: shop}
spec:
  hosts: ["*.other.example.net"]
  gateways: [shop/other]
  http:
  - name: other-athens
    match: [{authority: {prefix: athens.}}]
    route: [{destination: {host: ATHENS, port: {number: 80}}}]
  - name: other-list
    match: [{authority: {prefix: list.}}]
    route: [{destination: {host: LIST, port: {number: 80}}}]
  - name: other-guest
    match: [{authority: {prefix: guest.}}]
    route: [{destination: {host: GUEST, port: {number: 80}}}]
`
