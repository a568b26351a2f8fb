package live

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/tls"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gomods/athens-kfn/test/mesh/walk"
)

// Result of a request over the wire.
type Result struct {
	// ID is the number in X-Live.
	ID     string
	Status int // 0: the connection was closed
	Why    string
	// Pod and Program that answered, "" if an Envoy did.
	Pod, Program string
	// URI as it arrived.
	URI     string
	Header  http.Header
	Body    []byte
	Took    time.Duration
	Bytes   int64
	Sidecar bool // it was answered behind another Envoy
	Close   bool // the connection ends with it
}

// way is how a request gets to its first Envoy.
type way struct {
	walk.Target
	from    *Netns
	address string
	headers map[string]string
}

func (l *Live) way(r walk.Request) (w way, err error) {
	if w.Target, err = l.Target(l.Site, r); err != nil {
		return w, err
	}
	w.headers = maps.Clone(r.Headers)
	w.address = net.JoinHostPort(w.IP, strconv.Itoa(w.Port))
	gateway := func(from *Netns) {
		pod, port := l.Gateway(l.Site, w.Port)
		w.from, w.address = from, fmt.Sprintf("%s:%d", pod.IP, port)
	}
	switch r.From {
	case "client":
		if fd := l.Site.Spec.Edge.FrontDoor; fd != nil {
			if w.headers == nil {
				w.headers = map[string]string{}
			}
			id := "X-Azure-FDID"
			for name := range w.headers {
				if strings.EqualFold(name, id) {
					id = name
				}
			}
			w.headers[id] = cmp.Or(w.headers[id], fd.ID)
		}
		gateway(l.Client)
	case "internet":
		gateway(l.Client)
	case "region":
		gateway(l.Region)
	case "gateway", "region-gateway":
		// Another owner's routes go to the Services.
		w.Scheme, w.Port = "https", 443
		w.SNI = strings.ReplaceAll(strings.TrimSuffix(w.SNI, "."+l.Site.Namespace+".svc.cluster.local"), l.Site.Name+"-", "") + ".other.example.net"
		w.Authority = w.SNI
		gateway(l.Client)
		if r.From == "region-gateway" {
			w.from = l.Region
		}
	default:
		nodes := l.Of(r.From)
		if len(nodes) == 0 {
			return w, fmt.Errorf("no pod of %s", r.From)
		}
		w.from = nodes[0].Netns
		if nodes[0].Proxy == nil && w.Behind != "" {
			w.address = w.Behind
		}
	}
	return w, nil
}

// Send sends a request as it is written, on a connection of its own, and reads
// the answer.
func (l *Live) Send(r walk.Request) (Result, error) {
	w, err := l.way(r)
	if err != nil {
		return Result{}, err
	}
	return l.exchange(w), nil
}

// dialTimeout is how long a caller waits for a connection: the go command's, of
// http.DefaultTransport. A busy machine takes some seconds now and then.
const dialTimeout = 30 * time.Second

func (l *Live) exchange(w way) (out Result) {
	out.ID = strconv.FormatInt(l.next.Add(1), 10)
	begin := time.Now()
	defer func() { out.Took = time.Since(begin) }()
	c, err := w.from.Dial(w.address, dialTimeout)
	if err != nil {
		out.Why = err.Error()
		return out
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(6 * time.Minute))
	if w.Scheme == "https" || w.Scheme == "tls" {
		tc := tls.Client(c, &tls.Config{ServerName: w.SNI, NextProtos: []string{"http/1.1"}, InsecureSkipVerify: true})
		if err := tc.Handshake(); err != nil {
			out.Why = "handshake: " + err.Error()
			return out
		}
		c = tc
	}
	if w.Scheme == "tcp" {
		fmt.Fprintf(c, "PING\r\n")
		line, err := bufio.NewReader(c).ReadString('\n')
		if err != nil {
			out.Why = err.Error()
			return out
		}
		out.Status = 200
		if f := strings.Fields(line); len(f) == 4 && f[0] == "POD" {
			out.Pod, out.Program = f[1], f[3]
		}
		out.Why = line
		return out
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\nX-Live: %s\r\n", cmp.Or(w.Method, "GET"), w.Path, w.Authority, out.ID)
	for k, v := range w.headers {
		fmt.Fprintf(&b, "%s: %s\r\n", k, v)
	}
	b.WriteString("\r\n")
	out.read(c, b.Bytes(), cmp.Or(w.Method, "GET"))
	return out
}

// read writes bytes and reads one answer.
func (out *Result) read(c net.Conn, raw []byte, method string) {
	if _, err := c.Write(raw); err != nil {
		out.Why = err.Error()
		return
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), &http.Request{Method: method})
	if err != nil {
		out.Why = err.Error()
		return
	}
	defer resp.Body.Close()
	out.Status, out.Header, out.Close = resp.StatusCode, resp.Header, resp.Close
	out.Pod, out.Program = resp.Header.Get("X-Pod"), resp.Header.Get("X-Program")
	if got, err := strconv.Unquote(resp.Header.Get("X-Got")); err == nil {
		out.URI = got
	}
	out.Sidecar = resp.Header.Get("X-Envoy-Upstream-Service-Time") != ""
	out.Body, err = io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	rest, _ := io.Copy(io.Discard, resp.Body)
	out.Bytes = int64(len(out.Body)) + rest
	if err != nil {
		out.Why = err.Error()
	}
}

// Raw sends bytes as they are to the site's host through the gateway and reads
// one answer. In the bytes, {id} represents the number of the request and
// {host} for the site's host. On is a connection to use again, nil for a new one; next
// is it if it is still good.
func (l *Live) Raw(on net.Conn, method, raw string) (out Result, next net.Conn) {
	out.ID = strconv.FormatInt(l.next.Add(1), 10)
	begin := time.Now()
	if on == nil {
		c, err := l.dialGateway()
		if err != nil {
			out.Why, out.Took = err.Error(), time.Since(begin)
			return out, nil
		}
		on = c
	}
	on.SetDeadline(begin.Add(6 * time.Minute))
	raw = strings.NewReplacer("{id}", out.ID, "{host}", l.Site.Spec.Host).Replace(raw)
	out.read(on, []byte(raw), method)
	out.Took = time.Since(begin)
	if out.Status == 0 || out.Why != "" || out.Close {
		on.Close()
		return out, nil
	}
	return out, on
}

func (l *Live) dialGateway() (net.Conn, error) {
	pod, port := l.Gateway(l.Site, 443)
	c, err := l.Client.Dial(fmt.Sprintf("%s:%d", pod.IP, port), dialTimeout)
	if err != nil {
		return nil, err
	}
	return tls.Client(c, &tls.Config{ServerName: l.Site.Spec.Host, NextProtos: []string{"http/1.1"}, InsecureSkipVerify: true}), nil
}

// Stall asks the stand-in for an answer of so many bytes, reads the first of
// them, nothing for a pause, and then the rest.
func (l *Live) Stall(path string, bytes int64, pause time.Duration) (out Result) {
	begin := time.Now()
	defer func() { out.Took = time.Since(begin) }()
	c, err := l.dialGateway()
	if err != nil {
		out.Why = err.Error()
		return out
	}
	defer c.Close()
	fdid := ""
	if fd := l.Site.Spec.Edge.FrontDoor; fd != nil {
		fdid = "X-Azure-FDID: " + fd.ID + "\r\n"
	}
	fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: %s\r\nX-Bytes: %d\r\n%s\r\n", path, l.Site.Spec.Host, bytes, fdid)
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		out.Why = err.Error()
		return out
	}
	defer resp.Body.Close()
	out.Status = resp.StatusCode
	time.Sleep(pause)
	if out.Bytes, err = io.Copy(io.Discard, resp.Body); err != nil {
		out.Why = err.Error()
	}
	return out
}

// Bytes dials an address from a namespace, over TLS if there is a
// configuration for it, and sends bytes; {id} in them is the request's number.
func (l *Live) Bytes(from *Netns, address string, config *tls.Config, method, raw string) (out Result) {
	out.ID = strconv.FormatInt(l.next.Add(1), 10)
	begin := time.Now()
	defer func() { out.Took = time.Since(begin) }()
	c, err := from.Dial(address, 5*time.Second)
	if err != nil {
		out.Why = err.Error()
		return out
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(20 * time.Second))
	if config != nil {
		config.InsecureSkipVerify = true // the tests are about the server's view
		c = tls.Client(c, config)
	}
	out.read(c, []byte(strings.ReplaceAll(raw, "{id}", out.ID)), method)
	return out
}
