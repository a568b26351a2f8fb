package mesh

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/gomods/athens-kfn/test/mesh/live"
	"github.com/gomods/athens-kfn/test/mesh/manifest"
)

// TestLiveTable sends every row of testdata/requests that a site is about over
// the wire, for every example in each of its regions: in HTTP/1.1 and, through
// the gateway, in HTTP/2. What real Envoys do must be what package walk says,
// and so what TestTable holds. Every Envoy must take all that istiod sends.
func TestLiveTable(t *testing.T) {
	list := rows(t)
	for _, c := range rendered(t, root+"/examples/*/site.yaml") {
		t.Run(strings.ReplaceAll(c.Name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			l := running(t, forEveryone(t, c))
			for name, n := range l.Nodes {
				if n.Proxy == nil {
					continue
				}
				if refused, err := n.Proxy.Refused(); err != nil || refused != "" {
					t.Errorf("%s refuses configuration: %s, %v", name, refused, err)
				}
			}
			own := slices.Clone(list)
			lines := egress[filepath.Base(c.Name)]
			for _, line := range slices.Sorted(maps.Keys(lines)) {
				own = append(own, row{Name: line, From: "athens", Request: line, Want: want{By: lines[line]}, file: "egress"})
			}
			compare(t, l, own)
		})
	}
}

// forEveryone is a site without the list of its clients, whose tokens the rows
// do not carry over the wire: TestLiveClients sends them.
func forEveryone(t *testing.T, c manifest.Case) manifest.Case {
	t.Helper()
	if len(c.Sites[0].Spec.Gateway.Clients) == 0 {
		return c
	}
	text, err := os.ReadFile(filepath.Join(root, c.Name, "site.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	site := map[string]any{}
	if err := yaml.Unmarshal(text, &site); err != nil {
		t.Fatal(err)
	}
	delete(site["spec"].(map[string]any)["gateway"].(map[string]any), "clients")
	if text, err = yaml.Marshal(site); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "site.yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	open, err := manifest.Render(program, file)
	if err != nil {
		t.Fatal(err)
	}
	open.Name = c.Name
	return open
}

// sent is a row over the wire.
type sent struct {
	row      row
	protocol string
	got      live.Result
	tcp      []live.Hop
}

// compare sends rows and reports every difference to the model.
func compare(t *testing.T, l *live.Live, rows []row) {
	t.Helper()
	var all []sent
	for _, r := range rows {
		if !r.about(l.Site) || r.From == "kubelet" {
			continue
		}
		all = append(all, sendRow(t, l, r))
		got, can, err := l.SendH2(r.request())
		if err != nil {
			t.Errorf("%s: %v", r, err)
		}
		if can {
			all = append(all, sent{row: r, protocol: "HTTP/2", got: got})
		}
	}
	time.Sleep(500 * time.Millisecond) // Envoys write their logs now and then
	hops := l.Hops()
	for _, s := range all {
		if wrong := s.difference(l, hops[s.got.ID]); wrong != "" {
			t.Errorf("%s in %s: %s\n   why: %s\n   hops: %s", s.row, s.protocol, wrong, s.got.Why, append(hops[s.got.ID], s.tcp...))
		}
	}
	t.Logf("%d requests", len(all))
}

// sendRow sends a row in HTTP/1.1. Connections that carry no HTTP leave lines
// without a number in the log of the pod that they come from.
func sendRow(t *testing.T, l *live.Live, r row) sent {
	t.Helper()
	s := sent{row: r, protocol: "HTTP/1.1"}
	var from *live.Node
	if nodes := l.Of(r.From); len(nodes) > 0 && (strings.HasPrefix(r.Request, "tcp://") || strings.HasPrefix(r.Request, "tls://")) {
		from = nodes[0]
	}
	before := 0
	if from != nil {
		before = len(from.Hops())
	}
	var err error
	if s.got, err = l.Send(r.request()); err != nil {
		t.Errorf("%s: %v", r, err)
	}
	if from != nil {
		time.Sleep(300 * time.Millisecond)
		s.tcp = from.Hops()[before:]
	}
	return s
}

// difference to the model; "" if there is none.
func (s sent) difference(l *live.Live, hops []live.Hop) string {
	model, err := l.Do(l.Site, s.row.request())
	if err != nil {
		return err.Error()
	}
	status, by, path := l.Outcome(s.row.From, s.got, hops, s.tcp)
	var wrong []string
	if model.Status != status {
		wrong = append(wrong, fmt.Sprintf("status: model %d, Envoy %d", model.Status, status))
	}
	if by != model.By && (status != 0 || by != "") {
		wrong = append(wrong, fmt.Sprintf("by: model %q, Envoy %q", model.By, by))
	}
	if path != "" && s.got.Program != "outside" && model.Path != path {
		wrong = append(wrong, fmt.Sprintf("path: model %q, Envoy %q", model.Path, path))
	}
	for _, h := range hops {
		if h.Pod.Gateway && model.Route != "" && h.Route != model.Route && (s.row.From == "client" || s.row.From == "internet") {
			wrong = append(wrong, fmt.Sprintf("route: model %q, Envoy %q", model.Route, h.Route))
		}
	}
	return strings.Join(wrong, "; ")
}
