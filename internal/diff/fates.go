package diff

import (
	"maps"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/internal/prove"
)

// fates adds, where an object of the mesh differs, the shortest request of each caller
// whose answer changes in a way that no request of the table shows.
func (c *comparison) fates() {
	if c.questions == 0 || !c.meshDiffers() || len(unread(c.old, c.now)) > 0 {
		return
	}
	old, now := world(c.old), world(c.now)
	if old == nil || now == nil {
		return
	}
	fates, unknown, err := now.Fates(old, c.questions)
	if err != nil {
		c.note(answerUnknown, "not all requests were compared: %v", err)
		return
	}
	isUnknown := slices.ContainsFunc(c.found[Routes], func(o Change) bool { return o.Code == answerUnknown })
	if len(unknown) > 0 && !isUnknown {
		c.note(answerUnknown, "cannot say which other requests get another answer: %s", some(unknown))
	}
	type line struct{ code, text string }
	type change struct{ code, as string }
	var lines []line
	by, told := map[line][]string{}, map[change]bool{}
	for i := range fates {
		f := &fates[i]
		what, code := answers(&f.Old, &f.Now), fate(&f.Old, &f.Now)
		one := line{code, shortest(f, now.Site().Spec.Host) + ": " + what}
		if !asks(c.old, &prove.Request{As: f.As, To: f.To}) || !asks(c.now, &prove.Request{As: f.As, To: f.To}) || c.shows(f.As, code) ||
			told[change{code, f.As}] {
			continue
		}
		told[change{code, f.As}] = true
		if by[one] == nil {
			lines = append(lines, one)
		}
		by[one] = append(by[one], withHeaders(f))
	}
	for _, l := range lines {
		c.note(l.code, "%s: %s", strings.Join(by[l], ", "), l.text)
	}
}

// shows says whether a request of the table has such a change for a caller.
func (c *comparison) shows(as, code string) bool {
	return slices.ContainsFunc(c.found[Routes], func(o Change) bool { return o.Code == code && strings.HasPrefix(o.Text, as+": ") })
}

// meshDiffers says whether a route, a policy or another object of Istio's API that is
// about requests to the site differs, comes or goes.
func (c *comparison) meshDiffers() bool {
	mesh := func(o *Object) bool {
		return strings.HasSuffix(o.Group, ".istio.io") && o.Kind != "ServiceEntry" && o.Kind != "Sidecar"
	}
	return slices.ContainsFunc(c.pairs, func(p pair) bool { return mesh(p.now) }) ||
		slices.ContainsFunc(slices.Concat(c.come, c.gone), func(o Object) bool { return mesh(&o) })
}

// withHeaders is the caller of a request, with the headers that it sends.
func withHeaders(f *prove.Fate) string {
	var headers []string
	for _, name := range slices.Sorted(maps.Keys(f.Headers)) {
		headers = append(headers, name+": "+f.Headers[name])
	}
	if len(headers) == 0 {
		return f.As
	}
	return f.As + " with " + strings.Join(headers, " and ")
}

// shortest is a request in one line, with what is not usual of it.
func shortest(f *prove.Fate, host string) string {
	var with []string
	if f.Plain {
		with = append(with, "over plain HTTP")
	}
	if f.To != "" {
		with = append(with, "at "+f.To)
	} else if f.Host != host {
		with = append(with, "Host: "+f.Host)
	}
	return f.Method + " " + f.Sent + " (" + strings.Join(append(with, "the shortest"), ", ") + ")"
}
