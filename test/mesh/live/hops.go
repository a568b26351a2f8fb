package live

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/test/mesh/cluster"
)

// Hop is what one Envoy noted of a request.
type Hop struct {
	Pod                                                                *cluster.Pod `json:"-"`
	ID, Code, Details, Flags, Upstream, Cluster, Attempts, Route, Path string
	Hosts, Original, Peer, Protocol, Termination, Failure, SNI, Ms, At string
	// Subject of a token that this Envoy verified.
	Subject string
}

func (h Hop) String() string {
	return fmt.Sprintf("%s: %s %s flags=%s attempts=%s upstream=%s of %s route=%s path=%q ms=%s", h.Pod.Name, h.Code, h.Details, h.Flags, h.Attempts, h.Upstream, h.Hosts, h.Route, h.Path, h.Ms)
}

// Passed says whether the program behind the Envoy of a pod answered.
func (h Hop) Passed() bool {
	return strings.HasPrefix(h.Cluster, "inbound|") && h.Details == "via_upstream"
}

// Hops of all requests so far, by the number of the request; "-" are those of
// connections.
func (l *Live) Hops() map[string][]Hop {
	out := map[string][]Hop{}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, n := range l.Nodes {
		for _, h := range n.Hops() {
			out[h.ID] = append(out[h.ID], h)
		}
	}
	return out
}

// Hops that this node's Envoy noted.
func (n *Node) Hops() []Hop {
	if n.Proxy == nil {
		return nil
	}
	var out []Hop
	// A site that asks for access logs has them in Envoy's standard output.
	for _, name := range []string{"access.log", "envoy.log"} {
		f, err := os.Open(filepath.Join(n.Proxy.Dir, name))
		if err != nil {
			continue
		}
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			h := Hop{Pod: n.Pod}
			if json.Unmarshal(lines.Bytes(), &h) == nil {
				out = append(out, h)
			}
		}
		f.Close()
	}
	return out
}

// Outcome is a request's end in the words of package walk: status, who
// answered (a program, "gateway", the sender's own "sidecar", the cluster that
// took a connection, "" for unknown), and the path that the program got. A
// program that is reached answers 200 there, whatever it said.
func (l *Live) Outcome(from string, r Result, hops, tcp []Hop) (status int, by, path string) {
	i := slices.IndexFunc(hops, Hop.Passed)
	// Lathens passes on what it does not cache, with the number of the request.
	if first := slices.IndexFunc(hops, func(h Hop) bool { return h.Passed() && h.Pod.Program == "lathens" }); first >= 0 {
		i = first
	}
	if i >= 0 {
		return 200, hops[i].Pod.Program, hops[i].Path
	}
	return r.Status, l.by(from, r, hops, tcp), r.URI
}

func (l *Live) by(from string, r Result, hops, tcp []Hop) string {
	if r.Program != "" && r.Program != "outside" {
		return r.Program
	}
	for _, h := range slices.Backward(tcp) {
		name := h.Cluster
		if h.Upstream == "-" && name == "-" {
			continue
		}
		if f := strings.Split(name, "|"); len(f) == 4 {
			name, _, _ = strings.Cut(f[3], ".")
			if !strings.HasSuffix(f[3], ".svc.cluster.local") {
				name = f[3]
			}
		}
		if name == "PassthroughCluster" || name == "-" {
			name = "outside"
		}
		return name
	}
	if r.Program != "" {
		return r.Program
	}
	for _, h := range hops {
		if h.Details == "via_upstream" {
			continue
		}
		switch {
		case h.Details == "no_healthy_upstream" || h.Details == "cluster_not_found":
			return h.Cluster
		case h.Pod == l.GatewayPod():
			return "gateway"
		case len(l.Of(from)) > 0 && h.Pod == l.Of(from)[0].Pod && len(hops) == 1:
			return "sidecar"
		}
		return h.Pod.Program
	}
	return ""
}
