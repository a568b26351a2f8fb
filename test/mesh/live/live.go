// Package live runs the Envoys of a site for real: each pod of the cluster gets
// a network namespace, the rules that Istio's injector would set, an Envoy that
// asks an in-process istiod, and its program or a stand-in for it. Requests
// travel as bytes from one namespace to another.
package live

import (
	"errors"
	"fmt"
	"net/netip"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/test/mesh/cluster"
	"github.com/gomods/athens-kfn/test/mesh/walk"
)

// Addresses outside of the cluster.
const (
	outsideIP = "203.0.113.1" // package walk resolves every foreign name to it
	dnsServer = "203.0.113.53"
	clientIP  = "198.51.100.7"
	metadata  = "169.254.169.254" // the metadata service of a cloud
)

// Programs are files of what runs beside istiod; users without rights must be
// able to execute them.
type Programs struct {
	Envoy, StandIn string
	// Real programs of the site, by name; a stand-in runs for every other one.
	Real map[string]string
	// Env are variables of real programs, by name, in place of those of the
	// manifest.
	Env map[string][]string
}

// Live is a cluster at work.
type Live struct {
	*walk.World
	Site   *v1alpha1.AthensSite
	Nodes  map[string]*Node // by NAMESPACE/NAME of the pod
	Client *Netns
	// Region is the crathens of another region; nil if none may read the catalog.
	Region *Netns
	// MeshCA signs identities.
	MeshCA *CA

	t        *testing.T
	dir      string
	network  *network
	programs Programs
	next     atomic.Int64
	mu       sync.Mutex // of Nodes and hosts
	hosts    map[string]string
	seen     int // events of outlier detection that were reported

	dnsSilent atomic.Bool
}

// Start runs a cluster until the test ends. World's istiod must serve the
// socket xds in dir.
func Start(t *testing.T, world *walk.World, site *v1alpha1.AthensSite, dir string, programs Programs) (*Live, error) {
	ca, err := NewCA()
	if err != nil {
		return nil, err
	}
	l := &Live{World: world, Site: site, Nodes: map[string]*Node{}, hosts: map[string]string{}, MeshCA: ca, t: t, dir: dir, programs: programs}
	if l.network, err = newNetwork(); err != nil {
		return nil, err
	}
	t.Cleanup(func() { l.network.hub.Close() })
	if err := l.startOutside(); err != nil {
		return nil, err
	}
	if err := l.serveSDS(); err != nil {
		return nil, err
	}
	gateway := l.GatewayPod()
	for _, p := range l.Cluster.Pods {
		if p.Gateway && p != gateway {
			continue // of none of these pods
		}
		n, err := l.up(p)
		if err != nil {
			return nil, err
		}
		l.Nodes[p.String()] = n
	}
	return l, l.ready()
}

// ready waits for every Envoy.
func (l *Live) ready() error {
	var wg sync.WaitGroup
	fails := make(chan error, len(l.Nodes))
	for _, n := range l.Nodes {
		if n.Proxy == nil {
			continue
		}
		wg.Add(1)
		go func() {
			defer wg.Done()
			fails <- n.Proxy.Ready(2 * time.Minute)
		}()
	}
	wg.Wait()
	close(fails)
	var all []error
	for err := range fails {
		all = append(all, err)
	}
	return errors.Join(all...)
}

// startOutside starts what is not of the cluster: hosts of the internet, their
// DNS, the client and the other region.
func (l *Live) startOutside() (err error) {
	outside, err := l.join("", outsideIP, dnsServer)
	if err != nil {
		return err
	}
	if err := outside.ip("addr add " + metadata + "/32 dev eth0"); err != nil {
		return err
	}
	if err := outside.Do(l.dns); err != nil {
		return err
	}
	hosts := exec.Command(l.programs.StandIn, "-name", "outside", "-program", "outside", "-listen", ":80", "-tls", ":443,:10255,:5432")
	if err := outside.Start(hosts, 0); err != nil {
		return err
	}
	l.t.Cleanup(func() { hosts.Process.Kill(); hosts.Wait() })
	pod, port := l.Gateway(l.Site, 443)
	if l.Client, err = l.join(loadBalancer(pod.IP, port), clientIP); err != nil {
		return err
	}
	if from := l.Site.Spec.Gateway.CatalogRanges(); len(from) > 0 {
		l.Region, err = l.join("", netip.MustParsePrefix(from[0]).Addr().String())
	}
	return err
}

// Host joins the internet with an address of 203.0.113.0/24, which names lead to.
func (l *Live) Host(address string, names ...string) (*Netns, error) {
	n, err := l.join("", address)
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, name := range names {
		l.hosts[name] = address
	}
	return n, err
}

func (l *Live) join(rules string, addresses ...string) (*Netns, error) {
	n, err := l.network.join(rules, addresses...)
	if err == nil {
		l.t.Cleanup(func() { n.Close() })
	}
	return n, err
}

func (l *Live) identity(p *cluster.Pod) string {
	return "spiffe://" + l.TrustDomain + "/ns/" + p.Namespace + "/sa/" + p.Account
}

// Of are the nodes of a program, by name.
func (l *Live) Of(program string) []*Node {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []*Node
	for _, n := range l.Nodes {
		if n.Pod.Program == program && (n.Pod.Namespace == l.Site.Namespace || n.Pod.Namespace == "shop") {
			out = append(out, n)
		}
	}
	slices.SortFunc(out, func(a, b *Node) int { return strings.Compare(a.Pod.Name, b.Pod.Name) })
	return out
}

// GatewayPod is the one that the site's host leads to.
func (l *Live) GatewayPod() *cluster.Pod {
	p, _ := l.Gateway(l.Site, 443)
	return p
}

// GatewayNode is that pod at work.
func (l *Live) GatewayNode() *Node { return l.Nodes[l.GatewayPod().String()] }

// MoveGateway leads new connections of the client to another pod of the
// gateway; those that are open stay.
func (l *Live) MoveGateway(to *Node) error {
	pod, port := l.Gateway(l.Site, 443)
	return l.Client.iptables(fmt.Sprintf("*nat\n-I OUTPUT -p tcp -d %s --dport %d -j DNAT --to-destination %s:%d\nCOMMIT\n", pod.IP, port, to.Pod.IP, port))
}

// Shells are commands that look into the pods, for a person.
func (l *Live) Shells() string {
	var out []string
	for _, n := range l.Nodes {
		out = append(out, fmt.Sprintf("%s: nsenter --net=%s curl -s 127.0.0.1:15000/clusters # files in %s", n.Pod, n.Netns.Path(), n.dir))
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}
