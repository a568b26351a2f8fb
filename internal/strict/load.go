package strict

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// Load reads a configuration from a YAML node (see Decode), fills what it leaves
// out and checks it. The problems of all three steps come together, in the order
// of the document; what could not be read is not complained about again by
// the rules. Each entry of the overrides is checked too, merged over the rest,
// whether the document chooses it or not.
//
// The result is never nil, but only one without problems is complete.
func Load[T any, P of[T]](node *yaml.Node) (P, problem.Problems) {
	doc := open(node, P(nil))
	out, problems := doc.load(func(chosen Kind, entries []Kind, unread *problem.Broken) problem.Problems {
		k, ok := chosen.(across[P])
		if !ok {
			return nil
		}
		own := make([]P, len(entries))
		for i, e := range entries {
			own[i] = e.(P)
		}
		return k.Across(own, doc.writes, unread)
	})
	return out.(P), problems
}

// load is Load, with what checks the entries against each other.
func (d *document) load(across func(chosen Kind, entries []Kind, unread *problem.Broken) problem.Problems) (Kind, problem.Problems) {
	chosen := d.selected()
	r := d.decode(chosen)
	if problems := d.foreign(); problems != nil {
		return r.site, problems
	}
	if d.over {
		return r.site, d.problems()
	}
	all := slices.Concat(d.findings, r.findings)
	all = append(all, d.kind.check(r, problem.NewBroken(d.paths(all, chosen), nil))...)
	before := judged{findings: all, broken: problem.NewBroken(d.paths(all, -1), nil), problems: map[problem.Problem]bool{}}
	for _, f := range all {
		before.problems[f.Problem] = true
	}
	views := []decoded{r}
	var entries []Kind
	if d.entries.IsValid() {
		entries = make([]Kind, d.entries.Len())
	}
	if chosen >= 0 && chosen < len(entries) {
		entries[chosen] = r.site
	}
	for _, other := range d.overriding() {
		if other != chosen {
			e := d.entry(other, &before)
			views = append(views, e)
			if other < len(entries) {
				entries[other] = e.site
			}
		}
	}
	all = slices.Concat(all, before.entries)
	all = append(all, d.refilled(views, all)...)
	views = d.complete(entries, views, chosen)
	all = append(all, d.unused(views, problem.NewBroken(d.paths(all, -1), nil))...)
	if len(entries) > 1 {
		all = append(all, d.kind.written(d.root, across(r.site, entries, problem.NewBroken(d.paths(all, -1), nil)))...)
	}
	return r.site, all.problems()
}

// complete adds the entries that override nothing: they are the document as it
// stands. It returns the different views of the document, of which the first is the
// one with the chosen entry.
func (d *document) complete(entries []Kind, views []decoded, chosen int) []decoded {
	plain := views[0]
	switch {
	case !slices.Contains(entries, nil):
		if chosen < 0 && len(entries) > 0 {
			return views[1:] // nothing is made of the document without an entry
		}
		return views
	case chosen >= 0:
		plain = d.decode(-1)
		plain.site.Default()
		views = append(views, plain)
	}
	for i := range entries {
		if entries[i] == nil {
			entries[i] = plain.site
		}
	}
	return views
}

// writes says whether an entry of the overrides writes a field, or drops it.
func (d *document) writes(entry int, field string) bool {
	v := d.overrides(entry)
	for _, s := range problem.Steps(field) {
		if v = v.get(s.Key); v.isNull() {
			return v != nil
		}
	}
	return true
}

// judged is what was found before an entry is looked at: in the rest of the
// document, and in the entries before it.
type judged struct {
	findings, entries findings
	broken            *problem.Broken
	problems          map[problem.Problem]bool
}

// paths are those that say nothing reliable because of findings, as the document
// with an entry merged has them.
func (d *document) paths(f findings, entry int) []string {
	var out []string
	for _, x := range f {
		out = append(out, d.inMerged(x.Path, entry))
		for _, hidden := range x.hides {
			out = append(out, d.inMerged(hidden, entry))
		}
	}
	return out
}

// foreign is what is wrong with a document that is not of the kind: nothing else
// in it can then be judged.
func (d *document) foreign() (out problem.Problems) {
	if !d.root.isMap() && (d.root == nil || !d.root.isNull()) {
		return nil // the decoder has complained
	}
	apiVersion, kind := d.kind.Head()
	for _, f := range []struct{ field, want string }{{"apiVersion", apiVersion}, {"kind", kind}} {
		found := ""
		if v := d.root.get(f.field); v.isScalar() && v.tag() == "!!str" {
			found = v.node.Value
		}
		if found != f.want {
			out.Add(f.field, "must be %s; found %q", f.want, found)
		}
	}
	return out
}

// check fills and validates a configuration. Its findings carry the paths where things
// were written.
func (k kind) check(r decoded, broken *problem.Broken) findings {
	r.site.Default()
	return k.written(r.root, r.site.Validate(broken))
}

// written are problems with the paths where what they are about was written.
func (k kind) written(root *value, problems problem.Problems) (out findings) {
	for _, p := range problems {
		v, rest := root.locate(p.Path)
		if rest == "" && v.looksSecret() && !k.address(v.path()) {
			p.Message = quote.Sprintf("%q holds what looks like a password or a token, which is not repeated here, and cannot be used as it is; %s", v.node.Value, quote.Said(k.inSecret(v.path(), v.entry())))
		}
		out = append(out, finding{Problem: problem.Problem{Path: strings.TrimPrefix(v.path()+rest, "."), Message: p.Message}, seq: v.seq})
	}
	return out
}

// entry checks the document with an entry of the overrides merged, adds what is
// wrong with it beyond what was found before, and returns it.
func (d *document) entry(i int, before *judged) decoded {
	r := d.decode(i)
	at := d.overrides(i)
	own := slices.Concat(before.findings.within(at.path()), before.entries, r.findings)
	for _, f := range slices.Concat(r.findings, d.kind.check(r, problem.NewBroken(d.paths(own, i), before.broken))) {
		if before.problems[f.Problem] {
			continue
		}
		if !problem.Within(f.Path, at.path()) {
			f.Message = "merged over the spec, these overrides break " + f.Path + ": " + f.Message
			f.Path, f.seq = at.path(), at.seq
		}
		before.problems[f.Problem] = true
		before.entries = append(before.entries, f)
	}
	return r
}
