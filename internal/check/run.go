package check

import (
	"cmp"
	"errors"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/assumptions"
	"github.com/gomods/athens-kfn/internal/cmdline"
	"github.com/gomods/athens-kfn/internal/deadlines"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/manifests"
	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/limits"
	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// File is one file to check.
type File = source.File

// Run checks the sites in files: as they stand and, where no region is named,
// as each of their regions has them, also for what is not within the limits.
// Where the files came from is said if they hold no site.
func Run(files []File, within limits.Set, region, from string) *Report {
	out, subjects := read(files, within, region, from)
	for _, s := range subjects {
		out.Sites = append(out.Sites, s.check(nil))
	}
	return out
}

// InCluster is Run, and asks a cluster for what must exist in it. The error is
// about a site that has a cluster for each region where none is named.
func InCluster(files []File, within limits.Set, region, from string, kubectl Kubectl) (*Report, error) {
	out, subjects := read(files, within, region, from)
	for _, s := range subjects {
		if err := s.oneCluster(); err != nil {
			return nil, err
		}
	}
	for _, s := range subjects {
		out.Sites = append(out.Sites, s.check(kubectl))
	}
	return out, nil
}

// read reads the sites in files, and reports the files that cannot be read.
func read(files []File, within limits.Set, region, from string) (out *Report, subjects []*subject) {
	out = &Report{}
	given := krm.Given{}
	for _, f := range files {
		nodes, err := krm.SitesIn(f.Content)
		if err != nil {
			out.Findings = append(out.Findings, broken(f.Name, err))
			continue
		}
		for _, n := range nodes {
			if given.Again(n) {
				continue
			}
			subjects = append(subjects, &subject{file: f, from: cmdline.Site{File: f.Operand, Region: region}, node: n})
		}
	}
	if len(subjects) == 0 && len(out.Findings) == 0 {
		f := finding(unreadable)
		f.File, f.Line, f.Column, f.Message = from, 1, 1, "no AthensSite in it: `athens-kfn init --host goproxy.example.com` writes one"
		if of := madeFor(files); of != "" {
			f.Message = quote.Sprintf("no AthensSite in it, but manifests of %s: name them with --manifests", of)
		}
		out.Findings = append(out.Findings, f)
	}
	load(subjects, within, region)
	return out, subjects
}

// madeFor is the site that manifests in files are of, as NAMESPACE/NAME; empty if there
// are none.
func madeFor(files []File) string {
	for _, s := range manifests.Read(files).Sites() {
		return quote.Redact(strings.Replace(s.Owner, ".", "/", 1))
	}
	return ""
}

// subject is a site that is being checked.
type subject struct {
	file File
	from cmdline.Site
	node *yaml.Node
	// variants are the site as it stands and as its regions have it.
	variants []variant
	problems []Finding
}

// variant is a site as one of its regions has it.
type variant struct {
	region string
	site   *v1alpha1.AthensSite
}

// load reads the sites, alone and together. One with problems has no variants.
func load(subjects []*subject, within limits.Set, region string) {
	sites := make([]*v1alpha1.AthensSite, len(subjects))
	for i, s := range subjects {
		node := s.node
		if region != "" {
			node = krm.InRegion(node, region)
		}
		site, problems := strict.Load[v1alpha1.AthensSite](node)
		sites[i] = site
		s.variants = []variant{{cmp.Or(region, site.Spec.Region), site}}
		s.report(problems)
	}
	together(subjects, sites, "")
	for _, s := range subjects {
		if region == "" && len(s.problems) == 0 {
			s.regions()
		}
	}
	for _, s := range subjects {
		s.limits(within)
	}
	// In each region the sites share a cluster, with that region's overrides.
	var regions []string
	for _, s := range subjects {
		for _, v := range s.variants {
			if v.region != "" && !slices.Contains(regions, v.region) {
				regions = append(regions, v.region)
			}
		}
	}
	for _, name := range regions {
		for i, s := range subjects {
			sites[i] = s.in(name)
		}
		together(subjects, sites, name)
	}
}

// together reports what the sites of one cluster do to each other.
func together(subjects []*subject, sites []*v1alpha1.AthensSite, region string) {
	for i, problems := range v1alpha1.ValidateTogether(sites) {
		s := subjects[i]
		for _, p := range problems {
			s.note(clash, p, region, region != "")
		}
	}
}

// in is the site as a region has it; nil if it has no such region, or cannot be
// judged.
func (s *subject) in(region string) *v1alpha1.AthensSite {
	for _, v := range s.variants {
		if len(s.problems) == 0 && (v.region == region || v.region == "") {
			return v.site
		}
	}
	return nil
}

func (s *subject) report(problems problem.Problems) {
	for _, p := range problems {
		f := finding(codeOf(p))
		s.place(&f, p.Path, "")
		f.Message = p.Message
		s.problems = append(s.problems, f)
	}
}

// regions adds a variant for each region that the site does not choose itself.
// They are sound: Load has looked at all of them.
func (s *subject) regions() {
	base := s.variants[0].site
	for _, r := range base.Spec.Regions {
		if r.Name == base.Spec.Region {
			continue
		}
		site, problems := strict.Load[v1alpha1.AthensSite](krm.InRegion(s.node, r.Name))
		s.report(problems)
		s.variants = append(s.variants, variant{r.Name, site})
	}
	// A site with regions is rendered for one of them; what it would be without
	// any says something only where there is none.
	if base.Spec.Region == "" && len(base.Spec.Regions) > 0 {
		s.variants = s.variants[1:]
	}
}

func (s *subject) limits(within limits.Set) {
	if len(s.problems) > 0 {
		return
	}
	for _, v := range s.variants {
		for _, p := range within.Check(v.site) {
			s.note(beyond, p, v.region, len(s.variants) > 1)
		}
	}
}

// note reports a problem of a region, beside the other regions that have it.
func (s *subject) note(code string, p problem.Problem, region string, regional bool) {
	f := finding(code)
	s.place(&f, p.Path, region)
	f.Message = p.Message
	at := slices.IndexFunc(s.problems, func(o Finding) bool { return o.Code == code && o.Field == f.Field && o.Message == f.Message })
	if at < 0 {
		s.problems, at = append(s.problems, f), len(s.problems)
	}
	if regional {
		s.problems[at].Regions = append(s.problems[at].Regions, region)
	}
}

func (s *subject) check(kubectl Kubectl) Site {
	base := s.variants[0].site
	out := Site{
		Name: quote.Redact(base.Namespace + "/" + base.Name), File: s.file.Name, Findings: []Finding{}, Passed: []string{},
		Needs: []Need{}, Assumed: []assumptions.Assumption{}, Deadlines: []Chain{},
	}
	if len(s.problems) > 0 {
		out.Findings = s.problems
		return out
	}
	worlds := make([]*World, len(s.variants))
	for i, v := range s.variants {
		worlds[i] = newWorld(v.site)
	}
	for _, w := range worlds {
		w.Variants = worlds
	}
	for _, rule := range Rules() {
		found, applies := s.apply(&rule, worlds)
		if out.Findings = append(out.Findings, found...); applies && len(found) == 0 {
			out.Passed = append(out.Passed, rule.Code)
		}
	}
	s.accept(&out)
	out.Needs = needs(worlds)
	for _, w := range worlds {
		for _, a := range assumptions.Of(w.Site) {
			if !slices.Contains(out.Assumed, a) {
				out.Assumed = append(out.Assumed, a)
			}
		}
	}
	out.Deadlines = s.deadlines()
	if kubectl != nil {
		s.ask(&out, worlds[0], kubectl)
	}
	return out
}

// oneCluster is an error if each region of the site has a cluster.
func (s *subject) oneCluster() error {
	if len(s.variants) == 1 {
		return nil
	}
	names := make([]string, len(s.variants))
	for i, v := range s.variants {
		names[i] = v.region
	}
	base := s.variants[0].site
	return errors.New(quote.Sprintf("%s/%s has a cluster for each region: add --region with one of %s", quote.Redact(base.Namespace), quote.Redact(base.Name), strings.Join(names, ", ")))
}

// ask looks for what a site needs in the cluster.
func (s *subject) ask(out *Site, w *World, kubectl Kubectl) {
	report := func(code, format string, args ...any) {
		f := finding(code)
		f.Message = quote.Sprintf(format, args...)
		s.place(&f, "", "")
		out.Findings = append(out.Findings, f)
	}
	a := asker{kubectl, w, report}
	a.ask(out.Needs)
	has := func(code string) bool {
		return slices.ContainsFunc(out.Findings, func(f Finding) bool { return f.Code == code })
	}
	if has(notAnswered) {
		return // so what it lacks is not known either
	}
	if !has(lacking) {
		out.Passed = append(out.Passed, lacking)
	}
	out.Passed = append(out.Passed, notAnswered)
}

// deadlines are the chains of all variants, each once, those of one name
// together.
func (s *subject) deadlines() (out []Chain) {
	for _, v := range s.variants {
		for _, chain := range deadlines.Of(v.site) {
			at := slices.IndexFunc(out, func(c Chain) bool { return reflect.DeepEqual(c.Chain, chain) })
			if at < 0 {
				at = len(out)
				for at > 0 && out[at-1].Name != chain.Name && slices.ContainsFunc(out, func(c Chain) bool { return c.Name == chain.Name }) {
					at--
				}
				out = slices.Insert(out, at, Chain{Chain: chain})
			}
			out[at].Regions = append(out[at].Regions, v.region)
		}
	}
	for i := range out {
		if len(out[i].Regions) == len(s.variants) {
			out[i].Regions = nil
		}
	}
	return out
}

// apply asks one rule about all variants. What it says of all of them alike is
// one finding without regions.
func (s *subject) apply(rule *Rule, worlds []*World) (found []Finding, applies bool) {
	for i, w := range worlds {
		if rule.Manifests || rule.cluster != nil || rule.when != nil && !rule.when(w) {
			continue
		}
		applies = true
		if rule.find == nil {
			continue
		}
		region := s.variants[i].region
		rule.find(w, func(field, format string, args ...any) {
			f := finding(rule.Code)
			f.Message = quote.Sprintf(format, args...)
			s.place(&f, field, region)
			at := slices.IndexFunc(found, func(o Finding) bool { return o.Field == f.Field && o.Message == f.Message })
			if at < 0 {
				found, at = append(found, f), len(found)
			}
			if !slices.Contains(found[at].Regions, region) {
				found[at].Regions = append(found[at].Regions, region)
			}
		})
	}
	for i := range found {
		if len(found[i].Regions) == len(worlds) {
			found[i].Regions = nil
		}
	}
	return found, applies
}

// place says where a finding's field is written: in the overrides of a region,
// if they hold it, or in the spec.
func (s *subject) place(f *Finding, field, region string) {
	base := s.variants[0].site
	f.Site, f.File, f.Field, f.Cure = quote.Redact(base.Namespace+"/"+base.Name), s.file.Name, field, s.from.Fill(f.Cure)
	if field == "" {
		field = "spec"
	}
	at, rest := strict.Locate(s.node, field)
	if i := slices.IndexFunc(base.Spec.Regions, func(r v1alpha1.Region) bool { return r.Name == region }); region != "" && i >= 0 {
		override := item("spec.regions", i) + ".overrides" + field[len("spec"):]
		if there, left := strict.Locate(s.node, override); len(left) <= len(rest) {
			at = there
		}
	}
	f.Line, f.Column = at.Line, at.Column
	if s.file.Built {
		f.Line, f.Column = 1, 1
	}
}

// finding of a rule, without what is found.
func finding(code string) Finding {
	for _, r := range Rules() {
		if r.Code == code {
			return Finding{Code: code, Severity: r.Severity, Title: r.Fault, Cure: r.Cure}
		}
	}
	panic("no rule " + code) // a mistake in this package, which every test would meet
}

// broken is a file that is not YAML. The reader's errors name a line.
func broken(file string, err error) Finding {
	f := finding(unreadable)
	f.File, f.Message, f.Line, f.Column = file, quote.Sprintf("%s", err), 1, 1
	if m := regexp.MustCompile(`line (\d+)`).FindStringSubmatch(err.Error()); m != nil {
		if line, err := strconv.Atoi(m[1]); err == nil {
			f.Line = line
		}
	}
	return f
}

func item(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }
