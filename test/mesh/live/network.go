package live

import (
	"fmt"
	"net"
	"os"
	"strings"
)

// ranges that the bridge routes between: pods, the internet, clients of it.
var ranges = []string{"10.1.255.254/16", "203.0.113.254/24", "198.51.100.254/24"}

// network is a namespace with a bridge, and the namespaces at its ports.
type network struct {
	hub   *Netns
	ports int
}

func newNetwork() (*network, error) {
	hub, err := unshare()
	if err != nil {
		return nil, err
	}
	// A MAC of its own: else it changes with the ports, and neighbours lose it.
	lines := []string{"link set lo up", "link add br0 address 02:00:00:00:00:01 type bridge", "link set br0 up"}
	for _, r := range ranges {
		lines = append(lines, "addr add "+r+" dev br0")
	}
	lines = append(lines, "route add "+metadata+"/32 dev br0")
	if err := hub.ip(lines...); err != nil {
		return nil, err
	}
	return &network{hub: hub}, hub.Do(func() error {
		return os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0)
	})
}

// join makes a namespace with addresses of one range on eth0, and the rules.
func (w *network) join(rules string, addresses ...string) (*Netns, error) {
	n, err := unshare()
	if err != nil {
		return nil, err
	}
	w.ports++
	port := fmt.Sprint("port", w.ports)
	if err := w.hub.ip(
		fmt.Sprintf("link add %s type veth peer name eth0 netns %s", port, n.Path()),
		fmt.Sprintf("link set %s master br0 up", port),
	); err != nil {
		return nil, err
	}
	via, mask, err := routerOf(addresses[0])
	if err != nil {
		return nil, err
	}
	lines := []string{"link set lo up"}
	for _, a := range addresses {
		lines = append(lines, "addr add "+a+mask+" dev eth0")
	}
	if err := n.ip(append(lines, "link set eth0 up", "route add default via "+via)...); err != nil {
		return nil, err
	}
	return n, n.iptables(resolver + rules)
}

func routerOf(address string) (via, mask string, err error) {
	for _, r := range ranges {
		ip, block, err := net.ParseCIDR(r)
		if err == nil && block.Contains(net.ParseIP(address)) {
			return ip.String(), r[strings.Index(r, "/"):], nil
		}
	}
	return "", "", fmt.Errorf("%s is in none of %q", address, ranges)
}

// redirect are the rules of istio-init: what leaves the pod goes to port
// 15001 and what comes in to 15006, except what Envoy (1337) sends itself.
const redirect = `*nat
:ISTIO_INBOUND - [0:0]
:ISTIO_REDIRECT - [0:0]
:ISTIO_IN_REDIRECT - [0:0]
:ISTIO_OUTPUT - [0:0]
-A ISTIO_REDIRECT -p tcp -j REDIRECT --to-ports 15001
-A ISTIO_IN_REDIRECT -p tcp -j REDIRECT --to-ports 15006
-A ISTIO_INBOUND -p tcp --dport 15008 -j RETURN
-A ISTIO_INBOUND -p tcp --dport 15090 -j RETURN
-A ISTIO_INBOUND -p tcp --dport 15021 -j RETURN
-A ISTIO_INBOUND -p tcp --dport 15020 -j RETURN
-A ISTIO_INBOUND -p tcp -j ISTIO_IN_REDIRECT
-A PREROUTING -p tcp -j ISTIO_INBOUND
-A OUTPUT -p tcp -j ISTIO_OUTPUT
-A ISTIO_OUTPUT -s 127.0.0.6/32 -o lo -j RETURN
-A ISTIO_OUTPUT ! -d 127.0.0.1/32 -o lo -p tcp ! --dport 15008 -m owner --uid-owner 1337 -j ISTIO_IN_REDIRECT
-A ISTIO_OUTPUT -o lo -m owner ! --uid-owner 1337 -j RETURN
-A ISTIO_OUTPUT -m owner --uid-owner 1337 -j RETURN
-A ISTIO_OUTPUT ! -d 127.0.0.1/32 -o lo -p tcp ! --dport 15008 -m owner --gid-owner 1337 -j ISTIO_IN_REDIRECT
-A ISTIO_OUTPUT -o lo -m owner ! --gid-owner 1337 -j RETURN
-A ISTIO_OUTPUT -m owner --gid-owner 1337 -j RETURN
-A ISTIO_OUTPUT -d 127.0.0.1/32 -j RETURN
-A ISTIO_OUTPUT -j ISTIO_REDIRECT
COMMIT
`

// resolver leads every question for a name to our DNS server: istiod gives its
// DNS clusters a resolver of their own, which reads /etc/resolv.conf.
const resolver = `*nat
-A OUTPUT -p udp --dport 53 -j DNAT --to-destination ` + dnsServer + `:53
COMMIT
`

// loadBalancer leads the gateway's port 443 to the one that its pod listens on.
func loadBalancer(ip string, port int) string {
	return fmt.Sprintf("*nat\n-A OUTPUT -p tcp -d %s --dport 443 -j DNAT --to-destination %s:%d\nCOMMIT\n", ip, ip, port)
}

// Cut takes the namespace off the network, without a word to its peers.
func (n *Netns) Cut(off bool) error {
	rule := "-A"
	if !off {
		rule = "-D"
	}
	return n.iptables("*filter\n" + rule + " INPUT -i eth0 -j DROP\n" + rule + " OUTPUT -o eth0 -j DROP\nCOMMIT\n")
}
