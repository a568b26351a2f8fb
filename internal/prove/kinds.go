package prove

import (
	"regexp"
	"strings"

	"github.com/gomods/athens-kfn/internal/goproxy"
)

// The kinds of requests that answers are judged by, besides those of the protocol.
const (
	isHealth  = "healthz"
	isCatalog = "catalog"
	isAdmin   = "administrative"
	isMoved   = "redirected"
	isURL     = "decodes"
	ofLathens = "what lathens asks"
	ofCrawler = "what crathens asks"
	isRead    = "GET or HEAD"
	isGet     = "GET"
	isSite    = "the site's host"
	hasDoorID = "the Front Door's ID"
)

// doorPromise is the promise about requests that do not come through the Front Door.
const doorPromise = "front-door"

// beyond are paths that are not of the protocol and end or begin as one of it.
var beyond = []goproxy.Grammar{
	{Name: "ends in /@v/list", Paths: `.*/@v/list`},
	{Name: "ends in /@latest", Paths: `.*/@latest`},
	{Name: "ends in .info", Paths: `.*\.info`},
	{Name: "ends in .mod", Paths: `.*\.mod`},
	{Name: "ends in .zip", Paths: `.*\.zip`},
	{Name: "begins with /sumdb/", Paths: `/sumdb/.*`},
}

// kinds by which the answers of a site are judged. Programs undo the escapes of a
// path once more; Athens then redirects a path that is not clean, and so serves no
// other than a clean one.
func (w *World) kinds(compiled languages) ([]kind, error) {
	var out []kind
	var failed error
	add := func(axis, name, expression string, decoded bool) {
		of := compiled.of
		if decoded {
			of = compiled.decoded
		}
		l, err := of(expression)
		if err != nil {
			failed = err
			return
		}
		out = append(out, kind{axis, name, expression, l})
	}
	for _, g := range goproxy.Protocol {
		add(ofPath, g.Name, g.Paths, false)
	}
	for _, g := range beyond {
		add(ofPath, g.Name, g.Paths, false)
	}
	add(ofPath, isHealth, `/healthz`, true)
	add(ofPath, isCatalog, `/catalog`, true)
	add(ofPath, isAdmin, `/(?:catalog|index|metrics|readyz|version|robots\.txt)?`, true)
	add(ofPath, isMoved, `.*//.*|.*/\.\.?(?:/.*)?`, true)
	add(ofPath, isURL, `.*`, true)
	add(ofMethod, isRead, `GET|HEAD`, false)
	add(ofMethod, isGet, `GET`, false)
	var hosts []string
	for _, h := range w.site.Spec.Hosts() {
		hosts = append(hosts, regexp.QuoteMeta(h))
	}
	add(ofAuthority, isSite, `(?i:`+strings.Join(hosts, "|")+`)(?::.*)?`, false)
	if fd := w.site.Spec.Edge.FrontDoor; fd != nil {
		add(ofHeader+frontDoorHeader, hasDoorID, `(?:.*, *)?`+regexp.QuoteMeta(fd.ID)+`(?: *,.*)?`, false)
	}
	return out, failed
}

// classNames are the classes of paths, for people, and the atoms of each: every
// atom is in one.
func (s *space) classNames() (names []string, sets []members) {
	a := s.axes[ofPath]
	rest := a.all()
	take := func(name string, of members) {
		names, sets, rest = append(names, name), append(sets, rest.and(of, false)), rest.and(of, true)
	}
	take(isHealth, a.kinds[isHealth])
	for _, g := range goproxy.Protocol {
		take(g.Name, a.kinds[g.Name])
	}
	take(isCatalog, a.kinds[isCatalog])
	take("other administrative", a.kinds[isAdmin])
	take("invalid URL, answered 400", a.all().and(a.kinds[isURL], true))
	take("path not clean, redirected", a.kinds[isMoved])
	take("not of the protocol", a.all())
	return names, sets
}

// usual paths, methods and hosts are easier to read than the shortest ones.
var usual = []string{
	"/healthz", "/catalog", "/index", "/golang.org/x/mod/@v/list", "/golang.org/x/mod/@latest", "/golang.org/x/mod/@v/v0.17.0.info",
	"/golang.org/x/mod/@v/v0.17.0.mod", "/golang.org/x/mod/@v/v0.17.0.zip", "/sumdb/sum.golang.org/lookup/golang.org/x/mod@v0.17.0",
	"/golang.org/x//mod/@v/list", "/golang.org/x//mod/@v/v0.17.0.zip", "/sumdb/sum.golang.org//latest", "/std/@v/list", "/std/@v/go1.zip", "/sumdb/x",
}

var usualMethods = []string{"GET", "HEAD", "POST", "PUT", "OPTIONS"}

const otherHost = "other.example.net"
