package diff

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/prove"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// fates adds, where an object that tells requests apart differs, the shortest request of each caller
// whose answer changes in a way that no request of the table shows.
func (c *comparison) fates() {
	before, after := slices.Concat(c.old, c.oldOthers), slices.Concat(c.now, c.nowOthers)
	if c.questions == 0 || sameRules(mesh(before), mesh(after)) || len(unread(before, after)) > 0 {
		return
	}
	if n := differing(mesh(before), mesh(after)); n > followed {
		c.note(answerUnknown, "not all requests were compared: %d objects of Istio's API differ, and at most %d are followed", n, followed)
		return
	}
	old, now := world(before), world(after)
	if old == nil || now == nil {
		return
	}
	fates, unknown, err := now.Fates(old, c.questions, func(r *prove.Request) bool { return asks(c.old, r) && asks(c.now, r) })
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
		what, code := cmp.Or(answers(&f.Old, &f.Now), "of its route, "+strings.Join(f.Fields, ", ")), fate(&f.Old, &f.Now)
		one := line{code, shortest(f, now.Site().Spec.Host) + ": " + what}
		if c.shows(f.As, code) || code == answerOther && c.says(what) || told[change{code, f.As}] {
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

// followed is how many changed routes and policies are followed: each is asked at the paths
// of all others.
const followed = 40

// differing is how many objects come, go or differ.
func differing(before, after []Object) (n int) {
	had := map[krm.ID]*yaml.Node{}
	for _, o := range before {
		had[o.ID] = o.tree
	}
	for _, o := range after {
		if was, there := had[o.ID]; !there || !tree.Equal(was, o.tree) {
			n++
		}
		delete(had, o.ID)
	}
	return n + len(had)
}

// shows says whether a request of the table has such a change for a caller.
func (c *comparison) shows(as, code string) bool {
	return slices.ContainsFunc(c.found[Routes], func(o Change) bool { return o.Code == code && strings.HasPrefix(o.Text, as+": ") })
}

// says whether a request of the table, of whichever caller, has the same change.
func (c *comparison) says(what string) bool {
	return slices.ContainsFunc(c.found[Routes], func(o Change) bool { return strings.HasSuffix(o.Text, ": "+what) })
}

// mesh are the objects of Istio's API that tell requests apart. What other objects do to a
// caller they do to all its requests, and the table shows that.
func mesh(objects []Object) []Object {
	return slices.DeleteFunc(slices.Clone(objects), func(o Object) bool {
		return !strings.HasSuffix(o.Group, ".istio.io") || o.Kind == "ServiceEntry" || o.Kind == "Sidecar"
	})
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
