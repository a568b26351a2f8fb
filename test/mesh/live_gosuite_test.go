package mesh

import (
	"context"
	"crypto/tls"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/gomods/athens-kfn/internal/goproxy/proxytest"
	"github.com/gomods/athens-kfn/test/gosuite"
)

// TestLiveGoSuite runs the go command's own tests of modules through all of a
// site: gateway, lathens and Athens, each behind its Envoy. A script that passes
// without the Envoys passes with them.
func TestLiveGoSuite(t *testing.T) {
	match, athens := os.Getenv(gosuite.Variable), os.Getenv(athensVar)
	if match == "" || athens == "" {
		t.Skip("skipped: make test-gosuite-live runs it, with the real Athens, for some minutes")
	}
	needEnvoy(t)
	programs, err := livePrograms()
	if err != nil {
		t.Fatal(err)
	}
	dir := openDir(t)
	suite := gosuite.Build(t)
	own := suite.Serve(t)
	up := newUpstreamOf(t, dir, gosuite.Reverse(t, own+"/mod", nil))
	if err := copyProgram(athens, dir+"/athens"); err != nil {
		t.Fatal(err)
	}
	programs.Real = maps.Clone(programs.Real)
	programs.Real["athens"] = dir + "/athens"
	programs.Env = map[string][]string{"athens": up.env(t)}
	l := runningWith(t, small(up.site(t)), programs)
	up.serve(t, l)

	pod, port := l.Gateway(l.Site, 443)
	gateway := &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
		DialContext: func(context.Context, string, string) (net.Conn, error) {
			return l.Client.Dial(fmt.Sprintf("%s:%d", pod.IP, port), time.Minute)
		},
	}
	t.Cleanup(gateway.CloseIdleConnections)
	over := func(modules http.Handler) gosuite.Runs {
		front := gosuite.Front(t, modules, own, false)
		return func(match string) map[string]gosuite.Result { return suite.Run(t, front, match) }
	}
	with := over(gosuite.Reverse(t, "https://"+l.Site.Spec.Host, gateway))
	without := func(match string) map[string]gosuite.Result {
		lathens := gosuite.StartLathens(t, programs.Real["lathens"], proxytest.StartAthens(t, own+"/mod"))
		return over(gosuite.Reverse(t, lathens, nil))(match)
	}
	t.Log(gosuite.Compare(t, "gateway, lathens and Athens, with their Envoys", match, with, without, nil))
}
