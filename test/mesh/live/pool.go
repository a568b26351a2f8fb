package live

import (
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"
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
	out, c := p.l.Raw(p.take(), "GET", fmt.Sprintf("GET %s HTTP/1.1\r\nHost: {host}\r\nX-Live: {id}\r\n%s\r\n", path, headers))
	if c != nil {
		p.mu.Lock()
		p.idle = append(p.idle, c)
		p.mu.Unlock()
	}
	return out
}

// take is a connection that the other side has not closed: a client of HTTP
// reads on while it waits, nil if there is none.
func (p *Pool) take() net.Conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.idle) > 0 {
		n := len(p.idle) - 1
		c := p.idle[n]
		p.idle = p.idle[:n]
		c.SetReadDeadline(time.Now().Add(time.Millisecond))
		if _, err := c.Read(make([]byte, 1)); errors.Is(err, os.ErrDeadlineExceeded) {
			return c
		}
		c.Close()
	}
	return nil
}
