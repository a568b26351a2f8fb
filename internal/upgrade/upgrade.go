// Package upgrade says what a site meets when it goes to another version of
// Athens: what changes in Athens, what of that concerns the site, what its spec
// must say first, and the steps there and back. It is pure.
package upgrade

import (
	"fmt"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/gomods/athens-kfn/internal/cmdline"
	"github.com/gomods/athens-kfn/internal/diff"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/releases"
)

// Plan is what lies between a site and another version of Athens.
type Plan struct {
	// Site is its namespace and name with a slash between.
	Site string
	// From and To are versions of Athens.
	From, To string
	// Notes are about the versions themselves.
	Notes []string
	// First is what the spec must say before it may say To; nothing stands in
	// the way if it is empty.
	First problem.Problems
	// Concerns are changes of Athens that this site meets, Rest all others.
	Concerns, Rest []Change
	// Manifests is what changes in the manifests; empty while First is not.
	Manifests []diff.Report
	// Steps are there and back.
	Steps []Step
}

// Change is a change of Athens.
type Change struct {
	releases.Change
	// Why the site meets it; empty if it does not.
	Why string
}

// Version says what is wrong with a version as a goal; empty if nothing is.
func Version(to string) string {
	switch {
	case to == "":
		return "write the version to go to, as in --athens " + releases.AthensNewest
	case semver.IsValid("v" + to):
		return fmt.Sprintf("%q has no leading v, which Athens' tags have; write --athens v%s", to, to)
	case !semver.IsValid(to) || semver.Build(to) != "":
		return fmt.Sprintf("%q is not a release of Athens; write one, as in --athens %s", to, releases.AthensNewest)
	case semver.Canonical(to) != to:
		return fmt.Sprintf("%q is short for several releases; write all three numbers, as in --athens %s", to, semver.Canonical(to))
	case releases.Older(to, releases.AthensOldest):
		return fmt.Sprintf("%s is older than %s, the oldest release whose settings are known here", to, releases.AthensOldest)
	}
	return ""
}

// Site is what a plan is made of.
type Site struct {
	// Now is the site as it is, Then with the other version; both have their
	// defaults.
	Now, Then *v1alpha1.AthensSite
	// Field is where the version stands, and Written says that it does.
	Field   string
	Written bool
	// Problems of Then.
	Problems problem.Problems
	// From is where the spec is read, for the commands.
	From cmdline.Site
}

// Of is the plan of a site that is sound as it is.
func Of(s *Site) *Plan {
	p := &Plan{
		Site: s.Now.Namespace + "/" + s.Now.Name,
		From: s.Now.Spec.Athens.Version, To: s.Then.Spec.Athens.Version,
	}
	if !s.Written {
		p.note("%s is not written, so it is %s, the default of this athens-kfn.", s.Field, p.From)
	}
	order := semver.Compare(p.To, p.From)
	if order == 0 {
		p.note("The site already has this version.")
		return p
	}
	if order < 0 {
		p.note("This is a downgrade: settings that are new in %s go away, and the spec must not use them.", p.From)
		p.note("Stored modules stay: all versions of Athens use the same layout.")
	}
	for _, v := range []string{p.From, p.To} {
		if releases.Older(releases.AthensLater, v) {
			p.note("%s is newer than %s, the newest release that athens-kfn has read: these changes are those up to it. Read the release notes since then too.", v, releases.AthensLater)
		}
	}
	if s.Now.Spec.Region == "" {
		for _, r := range s.Now.Spec.Regions {
			if ownVersion(&r) {
				again := cmdline.Site{File: s.From.File, Region: r.Name}
				p.note("%s has %s as a version of its own: ask again with `%s`.", r.Name, r.Written().Athens.Version, again.Command("upgrade", "--athens", p.To))
			}
		}
	}
	p.First = first(s)
	p.changes(s)
	p.steps(s)
	return p
}

func ownVersion(r *v1alpha1.Region) bool { return r.Written().Athens.Version != "" }

func (p *Plan) note(format string, args ...any) {
	p.Notes = append(p.Notes, fmt.Sprintf(format, args...))
}

// Same says that there is nothing to do.
func (p *Plan) Same() bool { return p.From == p.To }

// first are the problems of the spec under the other version. The rule about
// an image of Athens' own takes the image's word for the version; here the
// version is what is wanted.
func first(s *Site) (out problem.Problems) {
	for _, problem := range s.Problems {
		if problem.Path == "spec.athens.image" && tagged(s.Then.Spec.Athens.Image, s.Now.Spec.Athens.Version) {
			problem.Message = fmt.Sprintf("is Athens %s; write %s together with athens.version", s.Now.Spec.Athens.Version, retagged(s))
		}
		out = append(out, problem)
	}
	return out
}

func tagged(image, tag string) bool {
	image, _, _ = strings.Cut(image, "@")
	return strings.HasSuffix(image, ":"+tag)
}

// retagged is the site's image of the other version, without the digest of the
// one it has.
func retagged(s *Site) string {
	image, _, _ := strings.Cut(s.Then.Spec.Athens.Image, "@")
	return strings.TrimSuffix(image, s.Now.Spec.Athens.Version) + s.Then.Spec.Athens.Version
}
