package live

import (
	"cmp"
	"net"
	"strings"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/gomods/athens-kfn/test/mesh/manifest"
)

// ttl of names in seconds: Envoys ask again all the time, so that a resolver
// that is gone is noticed.
const ttl = 2

// SilenceDNS makes the resolver answer nothing, or answer again.
func (l *Live) SilenceDNS(silent bool) { l.dnsSilent.Store(silent) }

// dns answers questions for an address.
func (l *Live) dns() error {
	conn, err := net.ListenPacket("udp4", dnsServer+":53")
	if err != nil {
		return err
	}
	l.t.Cleanup(func() { conn.Close() })
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if l.dnsSilent.Load() {
				continue
			}
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
			if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
				a := &dnsmessage.AResource{}
				copy(a.A[:], net.ParseIP(l.lookup(strings.TrimSuffix(q.Name.String(), "."))).To4())
				m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: ttl}, Body: a}}
			}
			if out, err := m.Pack(); err == nil {
				conn.WriteTo(out, from)
			}
		}
	}()
	return nil
}

// lookup is the address of a name: Services, the site's host, those of Host, and
// one for everything else.
func (l *Live) lookup(name string) string {
	if name == l.Site.Spec.Host {
		return l.GatewayPod().IP
	}
	if service, ok := strings.CutSuffix(name, ".svc.cluster.local"); ok {
		service, namespace, _ := strings.Cut(service, ".")
		if ip := manifest.Find(l.Cluster.Objects, "Service", namespace, service).Text("spec", "clusterIP"); ip != "" {
			return ip
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return cmp.Or(l.hosts[name], outsideIP)
}
