package prove

import (
	"slices"
	"strings"
	"time"

	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/gomods/athens-kfn/internal/envoypath"
	"github.com/gomods/athens-kfn/internal/goproxy"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/span"
)

// Verdict on a promise.
type Verdict string

// A promise is proven of all requests, broken by one, or one of them cannot be
// judged.
const (
	Proven    Verdict = "proven"
	BrokenBy  Verdict = "broken"
	Undecided Verdict = "unknown"
)

// Promise is one of a site, with its verdict.
type Promise struct {
	Name    string   `json:"name"`
	Text    string   `json:"text"`
	Verdict Verdict  `json:"verdict"`
	Witness *Witness `json:"witness,omitempty"`
	// Unknown are the reasons of Undecided, each with the object.
	Unknown []string `json:"unknown,omitempty"`
}

// Witness is the request with the shortest path that breaks a promise.
type Witness struct {
	As      string            `json:"as"`
	To      string            `json:"to,omitempty"`
	Method  string            `json:"method"`
	Host    string            `json:"host"`
	Headers map[string]string `json:"headers,omitempty"`
	// Sent is the path on the wire, Path what the first Envoy makes of it, and Next
	// what the second one makes of that.
	Sent string `json:"sent"`
	Path string `json:"path"`
	Next string `json:"next"`
	// Got is the answer.
	Got string `json:"got"`
}

// clause is a part of a promise: the requests that it is about, and which answer
// breaks it.
type clause struct {
	about  func(asker) bool
	where  []part
	breaks func(*region) bool
}

// part restricts one axis to a kind, or to what is not of it. No name is that the
// header is absent.
type part struct {
	axis, name string
	not        bool
}

func passes(r *region) bool { return len(r.reached) > 0 }

// promised is a promise before its verdict. Not all are those of every site.
type promised struct {
	name, text string
	clauses    []clause
	// unknown is why it cannot be proven; empty if it can.
	unknown string
}

func is(axis, name string) part    { return part{axis, name, false} }
func isNot(axis, name string) part { return part{axis, name, true} }

func by(names ...string) func(asker) bool {
	return func(a asker) bool { return slices.Contains(names, a.as) }
}

func fromOutside(a asker) bool { return outside(a.as) && a.port != PlainPort }

// promises of the site; others is why not all that reach its programs are asked, empty if
// all are.
func (w *World) promises(others string) (out []promised) {
	add := func(name, text string, clauses ...clause) {
		out = append(out, promised{name: name, text: text, clauses: clauses})
	}
	s := &w.site.Spec
	hasList, fd := generators.HasList(w.site), s.Edge.FrontDoor != nil
	add("administration", "no caller outside the site reaches an administrative path",
		clause{func(a asker) bool { return a.as != Region && (outside(a.as) || by(Gateway, Stranger, Plain)(a)) }, []part{is(ofPath, isAdmin)}, passes},
		clause{by(Region), []part{is(ofPath, isAdmin), isNot(ofPath, isCatalog)}, passes})
	add("protocol", "every request of the GOPROXY protocol is served, by the program that should serve it", w.protocolServed()...)
	if s.Host == "" {
		out[len(out)-1].unknown = "no VirtualService of the site has a host, so the requests to it are not known: name the AthensSite with -f FILE"
	}
	add("methods", "nothing but GET and HEAD reaches a program", clause{func(asker) bool { return true }, []part{isNot(ofMethod, isRead)}, passes})
	if fd {
		id := isNot(ofHeader+frontDoorHeader, hasDoorID)
		add(doorPromise, "without the Front Door's ID, only /healthz passes, and the catalog for other regions",
			clause{by(Internet), []part{id, isNot(ofPath, isHealth)}, passes},
			clause{by(Region), []part{id, isNot(ofPath, isHealth), isNot(ofPath, isCatalog)}, passes})
	}
	if len(s.Gateway.Clients) > 0 {
		add("clients", "a client of no entry of gateway.clients passes with nothing but /healthz",
			clause{by(Unlisted, Internet), []part{isNot(ofPath, isHealth)}, passes})
	}
	add("plain-http", "nothing is served over plain HTTP at the gateway",
		clause{func(a asker) bool { return outside(a.as) && a.port == PlainPort }, nil, func(r *region) bool { return r.answer.Status == 200 }})
	add("one-reading", "the gateway and the pod judge the same path",
		clause{func(asker) bool { return true }, nil, func(r *region) bool { return r.twice }})
	if hasList {
		add("no-loop", "lathens never asks itself", clause{by(generators.Lathens), nil, func(r *region) bool { return slices.Contains(r.reached, generators.Lathens) }})
		add("lathens", "lathens reaches paths that end in /@v/list or /@latest, or begin with /sumdb/, of Athens, and nothing else", w.companion(generators.Lathens,
			[]string{"list", "latest", "sumdb"}, []string{"ends in /@v/list", "ends in /@latest", "begins with /sumdb/"}, isRead)...)
	}
	if *s.Crathens.Enabled {
		add("crathens", "crathens reaches the catalog and paths that end in /@v/list, /@latest, .info or .mod of Athens, and nothing else", w.companion(generators.Crathens,
			[]string{isCatalog, "list", "latest", "info", "mod"}, []string{isCatalog, "ends in /@v/list", "ends in /@latest", "ends in .info", "ends in .mod"}, isGet)...)
	}
	add("strangers", "no other pod reaches a program", clause{by(Stranger, Plain, generators.Athens), nil, passes})
	for i := range out {
		if others != "" && slices.Contains([]string{"administration", "methods", "strangers"}, out[i].name) {
			out[i].unknown = others
		}
	}
	return out
}

// asRendered is the promise of objects that others made or changed. What is missing
// from them is missing from an inferred site too, so that proves nothing.
func (w *World) asRendered(others string) promised {
	unknown := others
	if w.inferred {
		unknown = "name the AthensSite that the manifests are rendered from with -f FILE"
	}
	differs := func(r *region) bool {
		a, p := &r.answer, r.promised
		return len(p.Unknown) == 0 && (sooner(a.Timeout, p.Timeout) || a.differs(&p.Answer))
	}
	return promised{name: "as-rendered", text: "every request gets the answer that the site's own manifests give", unknown: unknown, clauses: []clause{
		{func(a asker) bool { return !outside(a.as) }, nil, differs},
		{fromOutside, []part{is(ofAuthority, isSite)}, differs},
		// Hosts of others are no matter of the site, unless a program of it answers there or
		// a policy of it refuses.
		{fromOutside, nil, func(r *region) bool {
			return (passes(r) || r.promised.passes || w.isOwnPolicy(r.answer.Policy)) && differs(r)
		}},
		// What others' Gateways redirect or refuse at a port that the site does not open serves nothing.
		{func(a asker) bool { return outside(a.as) && a.port == PlainPort }, []part{is(ofAuthority, isSite)}, func(r *region) bool {
			return (r.promised.Status != 0 || r.answer.Status == 200) && differs(r)
		}},
	}}
}

// differs says whether another program answers, or with another status.
func (a *Answer) differs(b *Answer) bool {
	return a.Status != b.Status || a.By != b.By || a.Fallback != b.Fallback || a.Seamless != b.Seamless || a.MTLS != b.MTLS
}

// sooner says whether one limit of a request's time ends before another; 0 is none.
func sooner(limit, than time.Duration) bool { return limit > 0 && (than == 0 || limit < than) }

// isOwnPolicy says whether an AuthorizationPolicy, as NAMESPACE/NAME, is the site's.
func (w *World) isOwnPolicy(name string) bool {
	return slices.ContainsFunc(w.permissions, func(p *securityv1.AuthorizationPolicy) bool {
		return p.Namespace+"/"+p.Name == name && p.Labels[generators.SiteLabel] == w.owner
	})
}

// protocolServed are the clauses of the protocol, for clients at the site's hosts that send
// no header that a rule looks at.
func (w *World) protocolServed() (out []clause) {
	about := func(a asker) bool { return fromOutside(a) && (a.as == Client || strings.HasPrefix(a.as, clientOf)) }
	add := func(kind, by, fallback string) {
		out = append(out, clause{about, []part{is(ofPath, kind), is(ofMethod, isRead), is(ofAuthority, isSite), is(ofHeader, "")}, func(r *region) bool {
			return r.answer.Status != 200 || r.answer.By != by || r.answer.Fallback != fallback
		}})
	}
	for _, g := range goproxy.Protocol {
		if generators.HasList(w.site) && slices.Contains([]string{"list", "latest", "sumdb"}, g.Name) {
			add(g.Name, generators.Lathens, generators.Athens)
		} else {
			add(g.Name, generators.Athens, "")
		}
	}
	add(isHealth, generators.Athens, "")
	return out
}

// companion needs some kinds of Athens, and may reach no others.
func (w *World) companion(program string, needs, may []string, method string) (out []clause) {
	for _, kind := range needs {
		out = append(out, clause{func(a asker) bool { return a.as == program && a.to == generators.Athens },
			[]part{is(ofPath, kind), is(ofMethod, method), is(ofHeader, "")},
			func(r *region) bool { return r.answer.Status != 200 || r.answer.By != generators.Athens }})
	}
	var rest []part
	for _, kind := range may {
		rest = append(rest, isNot(ofPath, kind))
	}
	return append(out, clause{by(program), rest, passes})
}

// within is the part of a box that a clause is about; false for none.
func (s *space) within(b box, where []part) (box, bool) {
	out := slices.Clone(b)
	for _, p := range where {
		for i, name := range s.names {
			a := s.axes[name]
			switch {
			case p.name == "" && strings.HasPrefix(name, p.axis):
				absent := a.none()
				absent.add(len(a.atoms) - 1)
				out[i] = out[i].and(absent, false)
			case p.name != "" && name == p.axis:
				out[i] = out[i].and(a.kinds[p.name], p.not)
			}
			if !out[i].any() {
				return nil, false
			}
		}
	}
	return out, true
}

// verdict on a promise.
func (s *space) judge(p promised, regions []region) Promise {
	out := Promise{Name: p.name, Text: p.text, Verdict: Proven}
	if p.unknown != "" {
		out.Unknown = []string{p.unknown}
	}
	for i := range regions {
		r := &regions[i]
		for _, c := range p.clauses {
			if !c.about(r.asker) {
				continue
			}
			in, some := s.within(r.box, c.where)
			switch {
			case !some:
			case len(r.answer.Unknown) > 0:
				out.Unknown = append(out.Unknown, r.answer.Unknown...)
			case c.breaks(r):
				if w := s.witness(r, in); out.Witness == nil || w.cost(s.host) < out.Witness.cost(s.host) {
					out.Witness = w
				}
			case r.twice:
				out.Unknown = append(out.Unknown, "the pod may judge another path than the gateway did: see one-reading")
			}
		}
	}
	switch out.Unknown = distinct(out.Unknown); {
	case out.Witness != nil:
		out.Verdict, out.Unknown = BrokenBy, nil
	case len(out.Unknown) > 0:
		out.Verdict = Undecided
	}
	return out
}

// cost of a witness to its reader: a longer path counts more than anything else.
func (x *Witness) cost(host string) int {
	cost := 100*len(x.Path) + 10*len(x.Headers)
	if x.Host != host {
		cost++
	}
	if x.Method != "GET" {
		cost++
	}
	return cost
}

func (s *space) witness(r *region, b box) *Witness {
	q := s.readable(r.asker, b)
	next, ok := envoypath.Normalize(q.Path, envoypath.HTTP1)
	if !ok {
		next = ""
	}
	got, promised := said(&r.answer), ""
	if r.promised != nil {
		got, promised = apart(&r.answer, &r.promised.Answer)
	}
	if r.twice {
		got = "the gateway and the pod judge two paths"
	}
	if r.promised != nil && !r.twice && !r.answer.differs(&r.promised.Answer) && sooner(r.answer.Timeout, r.promised.Timeout) {
		got += " or 504 after " + span.Short(r.answer.Timeout)
	}
	if r.promised != nil {
		got += "; the site's manifests: " + promised
	}
	if len(q.Headers) == 0 {
		q.Headers = nil
	}
	return &Witness{As: q.As, To: q.To, Method: q.Method, Host: q.Host, Headers: q.Headers, Sent: envoypath.Sent(q.Path), Path: q.Path, Next: next, Got: got}
}
