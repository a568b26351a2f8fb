package diff

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/internal/prove"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/span"
)

// asked are requests of one caller whose answers change in the same way.
type asked struct {
	as, what, code string
	lines          []string
}

// question is what makes a request one of a kind.
type question struct{ as, to, method, path string }

func (c *comparison) routes(before, after []Object) (out []Change) {
	if len(before) == 0 || len(after) == 0 {
		return nil
	}
	allBefore, allAfter := slices.Concat(before, c.oldOthers), slices.Concat(after, c.nowOthers)
	old, now := world(allBefore), world(allAfter)
	switch {
	case old == nil && now == nil:
		return nil
	case now == nil:
		return []Change{change(meshGone, "the mesh no longer decides about requests: no routes, timeouts and retries at the gateway, no fallback from lathens to Athens, no mTLS and no policies by identity")}
	case old == nil:
		return []Change{change(meshComes, "the mesh now decides about requests: routes, timeouts and retries at the gateway, mTLS and policies by identity (the command prove prints them)")}
	case sameRules(allBefore, allAfter):
		return nil
	}
	if unread := unread(allBefore, allAfter); len(unread) > 0 {
		return []Change{change(answerUnknown, "cannot say which requests get another answer: "+some(unread))}
	}
	var changes []asked
	var unknown []string
	seen := map[question]bool{}
	for _, row := range slices.Concat(now.Table(), old.Table()) {
		key := question{row.As, row.To, row.Method, row.Path}
		if seen[key] || !asks(before, &row.Request) || !asks(after, &row.Request) {
			continue
		}
		seen[key] = true
		a, b := old.Ask(row.Request), now.Ask(row.Request)
		if why := slices.Concat(a.Unknown, b.Unknown); len(why) > 0 {
			unknown = append(unknown, why...)
			continue
		}
		what := answers(&a, &b)
		if what == "" {
			continue
		}
		i := slices.IndexFunc(changes, func(s asked) bool { return s.as == row.As && s.what == what })
		if i < 0 {
			i = len(changes)
			changes = append(changes, asked{as: row.As, what: what, code: fate(&a, &b)})
		}
		changes[i].lines = append(changes[i].lines, request(&row.Request))
	}
	if len(unknown) > 0 {
		slices.Sort(unknown)
		out = append(out, change(answerUnknown, "cannot say which other requests get another answer: "+some(slices.Compact(unknown))))
	}
	for _, s := range changes {
		out = append(out, change(s.code, s.as+": "+some(s.lines)+": "+s.what))
	}
	return out
}

// fate is the kind of a change from one answer to another.
func fate(a, b *prove.Answer) string {
	answered := func(a *prove.Answer) bool { return a.Status >= 200 && a.Status < 400 }
	switch {
	case answered(a) && answered(b):
		return answerOther
	case answered(a):
		return answerLost
	case answered(b):
		return answerGained
	}
	return answerRefused
}

// asks says whether a state has who asks and what is asked: what comes and
// goes is reported elsewhere.
func asks(side []Object, r *prove.Request) bool {
	has := func(program string) bool {
		return slices.ContainsFunc(side, func(o Object) bool { return o.pod() != nil && o.program() == program })
	}
	if (r.As == generators.Lathens || r.As == generators.Crathens) && !has(r.As) {
		return false
	}
	return r.To != generators.List || slices.ContainsFunc(side, func(o Object) bool {
		return o.Kind == "Service" && strings.HasSuffix(o.Name, "-"+generators.List)
	})
}

// answers says what differs between two answers; nothing if they are the same.
func answers(a, b *prove.Answer) string {
	var out []string
	for _, f := range []struct{ name, old, now string }{
		{"status", a.Outcome(), b.Outcome()},
		{"answered by", a.By, b.By},
		{"fallback", cmp.Or(a.Fallback, "none"), cmp.Or(b.Fallback, "none")},
		{"requests that fail until then", failures(a), failures(b)},
		{"timeout", span.Deadline(a.Timeout), span.Deadline(b.Timeout)},
		{"tries", a.Attempts(), b.Attempts()},
		{"retried on", cmp.Or(a.RetryOn, "nothing"), cmp.Or(b.RetryOn, "nothing")},
		{"mTLS", prove.YesNo(a.MTLS), prove.YesNo(b.MTLS)},
		{"route", cmp.Or(a.Route, "none"), cmp.Or(b.Route, "none")},
	} {
		if f.old != f.now {
			out = append(out, f.name+" "+f.old+" → "+f.now)
		}
	}
	// Where a status changes, the rest is its consequence.
	if len(out) > 0 && a.Status != b.Status {
		reason := b.Policy
		if reason == "" && a.Status == http.StatusForbidden {
			reason = a.Policy // one that let a request in is no reason why it is lost
		}
		if reason != "" {
			return out[0] + " (" + reason + ")"
		}
		return out[0]
	}
	return strings.Join(out, ", ")
}

// request in short: which module is asked for does not matter.
func request(r *prove.Request) string {
	line := r.Method + " " + strings.Replace(r.Path, "/golang.org/x/mod/", "…/", 1)
	if r.To != "" {
		line += " (at " + r.To + ")"
	}
	return line
}

// some are the first of many.
func some(words []string) string {
	const most = 4
	if len(words) <= most {
		return strings.Join(words, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(words[:most-1], ", "), len(words)-most+1)
}

// failures until the fallback answers.
func failures(a *prove.Answer) string {
	if a.Fallback == "" || a.Seamless {
		return "none"
	}
	return "some"
}
