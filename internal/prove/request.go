package prove

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/generators"
)

// Callers that a request may have.
const (
	// Client is a go command: through the Front Door, if the site has one, and
	// the gateway. It has all parts of the first entry of gateway.clients; of
	// another entry, it is called client:NAME.
	Client = "client"
	// Unlisted is the same from elsewhere and without a token: no entry of
	// gateway.clients holds.
	Unlisted = "unlisted"
	// Internet is anyone who knows the gateway's own address.
	Internet = "internet"
	// Region is the crathens of another region, at the gateway's own address.
	Region = "region"
	// Gateway is another route of the gateway: another owner who shares it, and
	// asks a Service of the site directly.
	Gateway = "gateway"
	// Stranger is a pod in the mesh, in another namespace.
	Stranger = "anyone"
	// Plain is a pod outside the mesh.
	Plain = "plain"
)

// Sidecar is what By says where the caller's own sidecar refuses.
const Sidecar = "sidecar"

// clientOf begins the caller of an entry of gateway.clients.
const clientOf = Client + ":"

// Callers are all of them, the site's own programs among them.
func Callers() []string {
	return []string{Client, Unlisted, Internet, Region, Gateway, generators.Lathens, generators.Crathens, generators.Athens, Stranger, Plain}
}

// Request is one to follow.
type Request struct {
	// As is one of Callers, or client:NAME.
	As string
	// Method and Path as on the wire: the path may have a query.
	Method, Path string
	// Host header. Default: the site's host through the gateway, and inside
	// the mesh the Service that To names.
	Host string
	// To is the Service that callers inside the mesh ask: athens or list.
	// Default: athens. Client and Internet ask the gateway. Another Service is
	// asked by its host, name.namespace.svc and the cluster's domain.
	To string
	// Port of that Service. Default: 80.
	Port uint32
	// Headers by their names in lower case.
	Headers map[string]string
}

// outside says whether a caller asks the gateway.
func outside(as string) bool {
	return as == Client || as == Unlisted || as == Internet || as == Region || strings.HasPrefix(as, clientOf)
}

// PlainPort is where clients outside ask over plain HTTP: Port of their requests.
const PlainPort = 80

// ParseRequest reads a request as a person writes it: GET /path, or a path
// alone; a URL for the path sets the host, and plain HTTP with http://.
func ParseRequest(line, as string) (Request, error) {
	method, path, found := strings.Cut(strings.TrimSpace(line), " ")
	if !found {
		method, path = "GET", method
	}
	r := Request{As: as, Method: method, Path: strings.TrimSpace(path), Headers: map[string]string{}}
	for scheme, port := range map[string]uint32{"http://": PlainPort, "https://": 0} {
		if rest, ok := strings.CutPrefix(r.Path, scheme); ok {
			host, path, _ := strings.Cut(rest, "/")
			r.Host, r.Path, r.Port = host, "/"+path, port
		}
	}
	switch {
	case !strings.HasPrefix(r.Path, "/"):
		return r, fmt.Errorf("%q has no path that begins with /; write a request as in 'GET /golang.org/x/mod/@v/list'", line)
	case method == "" || method != strings.ToUpper(method):
		return r, fmt.Errorf("%q is not a method; write GET, HEAD or another in upper case", method)
	case !slices.Contains(Callers(), as) && !strings.HasPrefix(as, clientOf):
		return r, fmt.Errorf("%q is not a caller; write one of %s", as, strings.Join(Callers(), ", "))
	}
	return r, nil
}

// ParseHeaders reads headers of a request, each as 'Name: value'.
func ParseHeaders(lines []string) (map[string]string, error) {
	out := map[string]string{}
	for _, line := range lines {
		name, value, found := strings.Cut(line, ":")
		if !found {
			return nil, errors.New("write a header as in 'X-Azure-FDID: 1111'")
		}
		out[strings.ToLower(strings.TrimSpace(name))] = strings.TrimSpace(value)
	}
	return out, nil
}

// header of a request; pseudo headers represent the request line.
func (r *Request) header(name string) (string, bool) {
	switch name = strings.ToLower(name); name {
	case ":method":
		return r.Method, true
	case ":path":
		return r.Path, true
	case ":authority", "host":
		return r.Host, true
	}
	value, ok := r.Headers[name]
	return value, ok
}

// bare is the path without query and fragment: what routes and policies match.
func (r *Request) bare() string {
	if i := strings.IndexAny(r.Path, "?#"); i >= 0 {
		return r.Path[:i]
	}
	return r.Path
}
