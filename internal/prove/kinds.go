package prove

import (
	"regexp"
	"strings"

	"github.com/gomods/athens-kfn/internal/atoms"
	"github.com/gomods/athens-kfn/internal/goproxy"
)

// The kinds of paths that answers are judged by, besides those of the protocol.
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
func (w *World) kinds() ([]kind, error) {
	var out []kind
	var failed error
	add := func(axis, name, expression string, decoded bool) {
		l, err := atoms.Regexp(expression)
		if err != nil {
			failed = err
			return
		}
		if decoded {
			l = l.Decoded()
		}
		out = append(out, kind{axis, name, l})
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

// classOf names the paths of a box, for people: the first name that some of them
// have, and those of them that have it.
func (s *space) classesOf(paths members) (names []string, sets []members) {
	a := s.axes[ofPath]
	take := func(name string, of members) {
		if some := paths.and(of, false); some.any() {
			names, sets, paths = append(names, name), append(sets, some), paths.and(of, true)
		}
	}
	take(isHealth, a.kinds[isHealth])
	for _, g := range goproxy.Protocol {
		take(g.Name, a.kinds[g.Name])
	}
	take(isCatalog, a.kinds[isCatalog])
	take(isAdmin, a.kinds[isAdmin])
	take("not a URL: 400", a.all().and(a.kinds[isURL], true))
	take("not clean: redirected", a.kinds[isMoved])
	for _, g := range beyond {
		take("no module, "+g.Name, a.kinds[g.Name])
	}
	take("other", a.all())
	return names, sets
}

// usual paths, which are easier to read than the shortest ones.
var usual = []string{
	"/healthz", "/catalog", "/index", "/metrics",
	"/golang.org/x/mod/@v/list", "/golang.org/x/mod/@latest", "/golang.org/x/mod/@v/v0.17.0.info", "/golang.org/x/mod/@v/v0.17.0.mod", "/golang.org/x/mod/@v/v0.17.0.zip",
	"/sumdb/sum.golang.org/lookup/golang.org/x/mod@v0.17.0", "/sumdb/sum.golang.org/latest",
	"/golang.org/x//mod/@v/list", "/golang.org/x//mod/@v/v0.17.0.zip", "/golang.org/x//mod/@latest", "/golang.org/x//mod/@v/v0.17.0.info", "/golang.org/x//mod/@v/v0.17.0.mod", "/sumdb/sum.golang.org//latest",
	"/std/@v/list", "/std/@latest", "/std/@v/go1.zip", "/std/@v/go1.info", "/std/@v/go1.mod", "/sumdb/x", "/x%2g/@v/list", "/x%2g/@latest",
}
