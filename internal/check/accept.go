package check

import (
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// AcceptAnnotation of a site accepts warnings of check: a line for each, its
// code, a colon and the reason, as in "AK401: one pod is enough here", or for some
// regions only, as in "AK401 in westeurope, eastus2: one pod is enough there". AK811 is
// about any field, so a line accepts one: "AK811 VirtualService goproxy/goproxy
// spec.http[list].timeout: REASON".
const AcceptAnnotation = "athens.gomods.io/accept"

// acceptance is a line of the annotation.
type acceptance struct {
	code, reason string
	// at is the object and the field that it is about, of a code that needs them.
	at string
	// regions that it is about; empty for all of them, and for a site without any.
	regions []string
	// fired are the regions in which it accepts something.
	fired []string
}

// accept marks the findings that the site's annotation accepts, and adds one for
// each line of it that accepts nothing.
func (s *subject) accept(out *Site) {
	lines, useless := s.acceptances()
	var findings []Finding
	for i := range out.Findings {
		findings = append(findings, s.accepted(&out.Findings[i], lines)...)
	}
	out.Findings = findings
	// With one region chosen, what fires in the others is not known.
	if all := s.regionNames(); len(all) >= len(s.variants[0].site.Spec.Regions) {
		for _, l := range lines {
			if !aboutManifests(l.code) {
				useless = append(useless, l.idle()...)
			}
		}
	}
	if len(useless) > 0 {
		out.Passed = slices.DeleteFunc(out.Passed, func(code string) bool { return code == stale })
	}
	for _, message := range useless {
		f := finding(stale)
		s.place(&f, problem.Child("metadata.annotations", AcceptAnnotation), "")
		f.Message = message
		out.Findings = append(out.Findings, f)
	}
}

// aboutManifests says whether a code is that of a warning about manifests, which only
// check --manifests gives.
func aboutManifests(code string) bool {
	return slices.ContainsFunc(manifestRules(), func(r Rule) bool { return r.Code == code && r.Severity == Warning })
}

// acceptFor marks the warnings about manifests that the annotation of their spec accepts.
func (s *Site) acceptFor(spec *v1alpha1.AthensSite) {
	of := &subject{variants: []variant{{spec.Spec.Region, spec}}}
	lines, _ := of.acceptances()
	for i := range s.Findings {
		if f := &s.Findings[i]; f.Severity == Warning {
			*f = of.accepted(f, lines)[0] // there is one region
		}
	}
}

// acceptances are the lines of the annotation that can be used, and what is wrong
// with the others.
func (s *subject) acceptances() (lines []*acceptance, useless []string) {
	site, rules := s.variants[0].site, Rules()
	for line := range strings.Lines(site.Annotations[AcceptAnnotation]) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		head, reason, _ := strings.Cut(line, ":")
		code, where, _ := strings.Cut(head, " in ")
		code, at, _ := strings.Cut(strings.TrimSpace(code), " ")
		a := &acceptance{code: code, at: strings.TrimSpace(at), reason: strings.TrimSpace(reason)}
		for name := range strings.SplitSeq(where, ",") {
			if name = strings.TrimSpace(name); name != "" {
				a.regions = append(a.regions, name)
			}
		}
		known := func(name string) bool {
			return slices.ContainsFunc(site.Spec.Regions, func(r v1alpha1.Region) bool { return r.Name == name })
		}
		unknown := slices.IndexFunc(a.regions, func(name string) bool { return !known(name) })
		i := slices.IndexFunc(rules, func(r Rule) bool { return r.Code == code })
		switch {
		case i < 0, a.at != "" && code != drifted:
			useless = append(useless, quote.Sprintf("%q does not begin with a code of check: write a line CODE: REASON, as in AK401: one pod is enough here", line))
		case rules[i].Severity == Error:
			useless = append(useless, code+" is an error, and only warnings can be accepted: remove the line, and mend the site")
		case code == stale:
			useless = append(useless, code+" cannot be accepted: remove the line")
		case code == drifted && a.at == "":
			useless = append(useless, code+" is about any field of the manifests: write a line for each field that you accept, as in "+code+" VirtualService goproxy/goproxy spec.http[list].timeout: REASON")
		case a.reason == "":
			useless = append(useless, code+" has no reason: write why this site accepts it, as in "+code+": REASON")
		case unknown >= 0:
			useless = append(useless, quote.Sprintf("%s in %q: spec.regions has no region of that name: remove it", code, a.regions[unknown]))
		case slices.ContainsFunc(lines, a.repeats):
			useless = append(useless, code+" is repeated: remove one")
		default:
			lines = append(lines, a)
		}
	}
	return lines, useless
}

// accepted is a finding with the reason for which it is accepted, or one for each
// reason where that differs between its regions.
func (s *subject) accepted(f *Finding, lines []*acceptance) (out []Finding) {
	all := s.regionNames()
	regions := f.Regions
	if len(regions) == 0 {
		regions = all
	}
	for _, region := range regions {
		reason := ""
		for _, l := range lines {
			// A line for this region is before one for all.
			if l.code == f.Code && l.at == f.at && (slices.Contains(l.regions, region) || len(l.regions) == 0 && reason == "") {
				reason = l.reason
				l.fired = append(l.fired, region)
			}
		}
		at := slices.IndexFunc(out, func(o Finding) bool { return o.Accepted == reason })
		if at < 0 {
			part := *f
			part.Accepted, part.Regions = reason, nil
			out, at = append(out, part), len(out)
		}
		out[at].Regions = append(out[at].Regions, region)
	}
	if len(out) == 1 {
		out[0].Regions = f.Regions
	}
	return out
}

// regionNames are those of the variants; one empty name for a site without regions.
func (s *subject) regionNames() (names []string) {
	for _, v := range s.variants {
		names = append(names, v.region)
	}
	return names
}

func (a *acceptance) repeats(other *acceptance) bool {
	return a.code == other.code && a.at == other.at && (len(a.regions) == 0 && len(other.regions) == 0 ||
		slices.ContainsFunc(a.regions, func(name string) bool { return slices.Contains(other.regions, name) }))
}

// idle says where the line accepts nothing.
func (a *acceptance) idle() (useless []string) {
	if len(a.fired) == 0 {
		return []string{a.code + " does not fire: remove the line"}
	}
	for _, name := range a.regions {
		if !slices.Contains(a.fired, name) {
			useless = append(useless, quote.Sprintf("%s does not fire in %s: remove the region from the line", a.code, name))
		}
	}
	return useless
}
