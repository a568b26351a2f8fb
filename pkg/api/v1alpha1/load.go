package v1alpha1

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// Load reads a site from a YAML node (see Decode), fills what it leaves out
// and checks it. The problems of all three steps come together, in the order
// of the document; what could not be read is not complained about again by
// the rules. Every region's overrides are checked too, merged over the spec,
// whether spec.region names it or not.
//
// The site is never nil, but only one without problems is complete.
func Load(node *yaml.Node) (*AthensSite, Problems) {
	doc := open(node)
	chosen := doc.selected()
	r := doc.decode(chosen)
	if problems := foreign(r); problems != nil {
		return r.site, problems
	}
	if doc.over {
		return r.site, doc.problems()
	}
	all := slices.Concat(doc.findings, r.findings)
	all = append(all, doc.emptied(r.root)...)
	all = append(all, check(r, newBroken(all.paths(chosen), nil))...)
	before := judged{findings: all, broken: newBroken(all.paths(-1), nil), problems: map[Problem]bool{}}
	for _, f := range all {
		before.problems[f.Problem] = true
	}
	sites := make([]*AthensSite, len(r.site.Spec.Regions))
	if chosen >= 0 && chosen < len(sites) {
		sites[chosen] = r.site
	}
	for _, other := range doc.overriding() {
		if other != chosen {
			site := doc.region(other, &before)
			if other < len(sites) {
				sites[other] = site
			}
		}
	}
	all = slices.Concat(all, before.regions)
	return r.site, slices.Concat(all, doc.across(r.site, sites, all)).problems()
}

// across checks the regions against each other. Those that override nothing
// are the spec as it stands.
func (d *document) across(site *AthensSite, sites []*AthensSite, found findings) findings {
	if len(sites) < 2 {
		return nil
	}
	spec := site
	if site.Spec.Region != "" && slices.Contains(sites, nil) {
		spec = d.decode(-1).site
		Default(spec)
	}
	for i := range sites {
		if sites[i] == nil {
			sites[i] = spec
		}
	}
	r := &rules{site: site, spec: &site.Spec, broken: newBroken(found.paths(-1), nil)}
	r.across(d, sites)
	return d.root.written(r.problems)
}

// writes says whether a region's overrides write a field, or drop it.
func (d *document) writes(region int, field string) bool {
	v, _ := d.root.locate(item("spec.regions", region))
	for _, s := range steps(field) {
		if v = v.get(s.key); v.isNull() {
			return v != nil
		}
	}
	return true
}

// judged is what was found before a region is looked at: in the spec, and in
// the regions before it.
type judged struct {
	findings, regions findings
	broken            *broken
	problems          map[Problem]bool
}

// paths are those that say nothing reliable because of the findings, as the
// spec with a region's overrides has them.
func (f findings) paths(region int) []string {
	var out []string
	for _, x := range f {
		out = append(out, inSpec(x.Path, region))
		if x.hides != "" {
			out = append(out, inSpec(x.hides, region))
		}
	}
	return out
}

// foreign is what is wrong with a document that is not an AthensSite of this
// version: nothing else in it can then be judged.
func foreign(r decoded) Problems {
	if !r.root.isMap() {
		return nil // the decoder has complained
	}
	v := rules{site: r.site}
	if v.site.APIVersion == APIVersion && v.site.Kind == Kind {
		return nil
	}
	v.typeMeta()
	return v.problems
}

// check fills and validates a site. Its findings carry the paths where things
// were written.
func check(r decoded, broken *broken) findings {
	Default(r.site)
	return r.root.written(validate(r.site, broken))
}

// written are problems with the paths where what they are about was written.
func (root *value) written(problems Problems) (out findings) {
	for _, p := range problems {
		v, rest := root.locate(p.Path)
		if rest == "" && v.looksSecret() {
			p.Message = quote.Sprintf("%q holds what looks like a password or a token, which is not repeated here, and cannot be used as it is; take it out and use a Secret", v.node.Value)
		}
		out = append(out, finding{Problem: Problem{strings.TrimPrefix(v.path()+rest, "."), p.Message}, seq: v.seq})
	}
	return out
}

// region checks the spec with a region's overrides merged over it, adds what is
// wrong with it beyond what was found before, and returns it.
func (d *document) region(i int, before *judged) *AthensSite {
	r := d.decode(i)
	at := d.root.get("spec").get("regions").children[i]
	own := slices.Concat(before.findings.within(at.path()), before.regions, r.findings)
	for _, f := range slices.Concat(r.findings, check(r, newBroken(own.paths(i), before.broken))) {
		if before.problems[f.Problem] {
			continue
		}
		if !within(f.Path, at.path()) {
			f.Message = "merged over the spec, these overrides break " + f.Path + ": " + f.Message
			f.Path, f.seq = at.path(), at.seq
		}
		before.problems[f.Problem] = true
		before.regions = append(before.regions, f)
	}
	return r.site
}

// emptied finds lists that the user emptied, where empty would read as "left
// out" and bring the default back.
func (d *document) emptied(root *value) findings {
	var out findings
	for _, e := range []struct{ path, cure string }{
		{"spec.athens.upstream.proxies", "leave it out for [direct], or write [\"off\"] for a site that asks nobody"},
		{"spec.athens.upstream.sumDBs", "leave it out for its default, or name a database; clients that must not ask one set GONOSUMDB"},
		{"spec.mesh.gateway.selector", "leave it out for its default, or write the labels of the gateway's pods"},
	} {
		if v, rest := root.locate(e.path); rest == "" && len(v.children) == 0 && (v.isList() || v.isMap()) {
			out.note(v, "is empty; %s", e.cure)
		}
	}
	return out
}
