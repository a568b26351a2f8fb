package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/internal/assumptions"
	"github.com/gomods/athens-kfn/internal/cmdline"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/manifests"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/limits"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Manifests checks the sites in files of manifests, by cluster. With specs, in files
// of their own or among the manifests, it checks these too, and looks up among the
// manifests what they render to. Where the manifests came from is said if they hold
// no site.
func Manifests(files []File, within limits.Set, specs []File, region, from string) *Report {
	out := &Report{}
	for _, set := range manifests.Clusters(files, region) {
		for i := range set.Unread {
			out.Findings = append(out.Findings, fault(notKnown, &set.Unread[i]))
		}
		for _, s := range set.Specs {
			if !slices.ContainsFunc(specs, func(f File) bool { return f.Name == s.File.Name }) {
				specs = append(specs, s.File)
			}
		}
		found := set.Sites()
		loaded, err := manifests.Specs(specs, set)
		if err != nil {
			f := none(from, err.Error())
			f.Code, f.Severity, f.Title = notKnown, Unknown, finding(notKnown).Title
			f.Cure = "Until then, fields are not compared, and a missing object may not be noticed."
			out.Findings = append(out.Findings, f)
		}
		for _, s := range found {
			var spec *v1alpha1.AthensSite
			if i := slices.IndexFunc(loaded, func(spec *v1alpha1.AthensSite) bool { return s.Owner == generators.Owner(spec) }); i >= 0 {
				spec = loaded[i]
			}
			site := judge(s, spec)
			if site.Alone = spec == nil; !site.Alone {
				expected := s.Expect(spec)
				site.missing(expected.Missing)
				site.drifts(s, spec, &expected)
				site.acceptFor(spec)
			}
			site.fill(from, specs, set.Region)
			out.Sites = append(out.Sites, site)
		}
		for _, spec := range loaded {
			if !slices.ContainsFunc(found, func(s *manifests.Site) bool { return s.Owner == generators.Owner(spec) }) {
				out.Findings = append(out.Findings, none(from, "no object of AthensSite "+spec.Namespace+"/"+spec.Name+" is among the manifests"))
			}
		}
		if len(found) == 0 && len(loaded) == 0 {
			out.Findings = append(out.Findings, none(from, manifests.ErrNoSite.Error()))
		}
	}
	if len(specs) > 0 {
		of := Run(specs, within, region, from)
		out.Findings = append(of.Findings, out.Findings...)
		out.Sites = append(of.Sites, out.Sites...)
	}
	return out
}

// none is a finding about manifests without the site that they should have.
func none(from, message string) Finding {
	f := finding(unreadable)
	f.File, f.Line, f.Column, f.Message = from, 1, 1, message
	f.Cure = "Name the manifests of a site: what athens-kfn rendered, or what a cluster has of it."
	return f
}

// judge is what the manifests of a site say about it, which promises what its spec
// does, or else what its objects show of that.
func judge(s *manifests.Site, spec *v1alpha1.AthensSite) Site {
	if spec != nil {
		s.World = s.As(spec)
	}
	name := quote.Redact(strings.Replace(s.Owner, ".", "/", 1))
	out := Site{Name: name, Findings: []Finding{}, Passed: []string{}, Needs: []Need{}, Assumed: []assumptions.Assumption{}, Deadlines: []Chain{}}
	if len(s.Own) > 0 {
		out.File = s.Own[0].File.Name
	}
	refs, needs := s.References()
	broken, unknown := s.Promises()
	bypasses, unsure := s.Capture()
	for _, rule := range manifestRules() {
		var found []Finding
		switch rule.Code {
		case references:
			found = faults(rule.Code, refs)
		case capture:
			found = faults(rule.Code, bypasses)
		case promises:
			for _, b := range broken {
				f := out.about(rule.Code, b.String())
				f.Cure = strings.Replace(f.Cure, "--request 'GET /PATH' --as CALLER", words(b.Args()), 1)
				found = append(found, f)
			}
		case notKnown:
			found = faults(rule.Code, unsure)
			for _, message := range unknown {
				if !slices.ContainsFunc(s.Unread, func(f manifests.Fault) bool { return f.Text() == message }) {
					found = append(found, out.about(rule.Code, message))
				}
			}
		case notRendered, drifted:
			continue // of the spec, which may not be there
		default:
			found = faults(rule.Code, rule.judge(s))
		}
		for i := range found {
			found[i].Site = name
		}
		if out.Findings = append(out.Findings, found...); len(found) == 0 {
			out.Passed = append(out.Passed, rule.Code)
		}
	}
	for _, n := range needs {
		need := Need{Kind: n.Kind, Namespace: n.Namespace, Name: n.Name, For: n.For}
		if !slices.ContainsFunc(out.Needs, func(o Need) bool { return o.Kind == n.Kind && o.Namespace == n.Namespace && o.Name == n.Name }) {
			out.Needs = append(out.Needs, need)
		}
	}
	if s.Meshed() {
		out.Assumed = append(out.Assumed, assumptions.Of(s.World.Site())...)
	}
	return out
}

// words of a command line.
func words(args []string) string {
	out := make([]string, len(args))
	for i, arg := range args {
		out[i] = quote.Shell(arg)
	}
	return strings.Join(out, " ")
}

// fill writes the names of files into the commands of cures: where the manifests
// came from, and the spec. One among the manifests cannot be compared with them.
func (s *Site) fill(from string, specs []File, region string) {
	spec := []string{}
	for _, f := range specs {
		if f.Operand != from {
			spec = append(spec, cmdline.Site{File: f.Operand}.Path())
		}
	}
	if region != "" {
		spec = append(spec, "--region", region)
	}
	for i := range s.Findings {
		cure := &s.Findings[i].Cure
		if command := "`athens-kfn diff SPEC --manifests FILE`"; len(spec) == 0 || s.Findings[i].Code != notRendered || spec[0] == "--region" {
			*cure = strings.TrimSpace(strings.Replace(*cure, command+" shows every difference.", "", 1))
		}
		*cure = strings.NewReplacer("diff SPEC", "diff "+words(spec), "prove --manifests FILE", words(append([]string{"prove"}, spec...))+" --manifests "+quote.Shell(from), "--manifests FILE", "--manifests "+quote.Shell(from)).Replace(*cure)
	}
}

// about is a finding about the site, not one object of it.
func (s *Site) about(code, message string) Finding {
	f := finding(code)
	f.File, f.Line, f.Column, f.Message = s.File, 1, 1, quote.Sprintf("%s", message)
	return f
}

func faults(code string, of []manifests.Fault) (out []Finding) {
	for i := range of {
		out = append(out, fault(code, &of[i]))
	}
	return out
}

// fault is a finding about an object, at the line of its field.
func fault(code string, of *manifests.Fault) Finding {
	f := finding(code)
	f.File, f.Line, f.Column = of.File.Name, 1, 1
	f.Message = quote.Sprintf("%s", of.Message)
	if of.Object == nil {
		return f
	}
	if of.Object.Kind != "" {
		f.Message = of.Text()
	}
	if of.File.Built {
		return f
	}
	for path := of.Path; ; path = path[:len(path)-1] {
		if at := tree.At(of.Object.Node, path); at != nil && at.Line > 0 {
			f.Line, f.Column = at.Line, at.Column
			return f
		}
		if len(path) == 0 {
			return f
		}
	}
}

// missing adds what a spec renders to and the manifests do not have.
func (s *Site) missing(missing []krm.ID) {
	for _, id := range missing {
		f := s.about(notRendered, fmt.Sprintf("%s is not among the manifests", id))
		f.Site = s.Name
		s.Findings = append(s.Findings, f)
	}
	if len(missing) == 0 {
		s.Passed = append(s.Passed, notRendered)
	}
}
