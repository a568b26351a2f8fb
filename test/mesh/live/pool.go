package live

import (
	"fmt"
	"net"
	"sync"
)

// Pool is a client of the site that keeps its connections, as go commands and a
// Front Door do. It never repeats a request.
type Pool struct {
	l    *Live
	mu   sync.Mutex
	idle []net.Conn
}

// NewPool is closed when the test ends.
func (l *Live) NewPool() *Pool {
	p := &Pool{l: l}
	l.t.Cleanup(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, c := range p.idle {
			c.Close()
		}
	})
	return p
}

// Get asks the site for a path, with header lines that end with CRLF.
func (p *Pool) Get(path, headers string) Result {
	if fd := p.l.Site.Spec.Edge.FrontDoor; fd != nil {
		headers += "X-Azure-FDID: " + fd.ID + "\r\n"
	}
	p.mu.Lock()
	var c net.Conn
	if n := len(p.idle); n > 0 {
		c, p.idle = p.idle[n-1], p.idle[:n-1]
	}
	p.mu.Unlock()
	out, c := p.l.Raw(c, "GET", fmt.Sprintf("GET %s HTTP/1.1\r\nHost: {host}\r\nX-Live: {id}\r\n%s\r\n", path, headers))
	if c != nil {
		p.mu.Lock()
		p.idle = append(p.idle, c)
		p.mu.Unlock()
	}
	return out
}
