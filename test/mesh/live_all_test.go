package mesh

import (
	"fmt"
	"os"
	"testing"

	"github.com/gomods/athens-kfn/internal/prove"
)

// TestLiveAllRequests sends what athens-kfn prove --all tells apart over the wire:
// each path, method, host and header of each caller, or with LIVE_ALL each of their
// combinations. It is not parallel: the drills beside it have deadlines.
func TestLiveAllRequests(t *testing.T) {
	l := running(t, example(t, "production"))
	all, err := prove.New(l.Site).Representatives()
	if err != nil {
		t.Fatal(err)
	}
	sent := map[string]bool{}
	var rows []row
	for _, q := range all {
		r, can := asWalked(l.Site, q)
		if !can {
			continue
		}
		fresh := os.Getenv(allVar) != ""
		for _, value := range []string{"path " + q.Path, "method " + q.Method, "host " + r.Host, fmt.Sprint("headers ", q.Headers)} {
			key := fmt.Sprint(q.As, q.To, q.Port, value)
			fresh = fresh || !sent[key]
			sent[key] = true
		}
		if fresh {
			rows = append(rows, row{Name: q.Line(), From: r.From, Request: r.Line, Host: r.Host, Headers: r.Headers, file: "all"})
		}
	}
	compare(t, l, rows)
}
