package releases

import (
	"slices"
	"strings"

	"golang.org/x/mod/semver"
)

// Advisory is a published fault of the go command about proxies, checksums or
// toolchains, with the attacker that it takes.
type Advisory struct {
	// ID in Go's vulnerability database, or of the CVE where the entry there was
	// not seen.
	ID string
	// By is who attacks.
	By Attacker
	// What the attacker does, after their name.
	What string
	// since is the first release that has the fault; empty for all. fixed are the
	// first that do not, of each line of releases, oldest first.
	since string
	fixed []string
}

// Attacker on a go command.
type Attacker int

const (
	// ByProxy is a module proxy that is asked.
	ByProxy Attacker = iota
	// ByDatabase is a checksum database that is asked, together with a proxy.
	ByDatabase
	// ByProject is the project that is built, together with a proxy.
	ByProject
	// ByRepository is a repository that is asked without a proxy.
	ByRepository
)

// advisories in the order of their publication. Sources: data/osv in the repository
// golang/vulndb as of 21 August 2026; osv.dev/vulnerability/GO-2026-6601; the record of
// CVE-2026-94447 and go.dev/issue/81834. The newer ones include older releases.
var advisories = [...]Advisory{
	{"GO-2026-4338", ByRepository, "runs commands of its own where Mercurial is installed", "1.25.0", []string{"1.25.6"}},
	{"GO-2026-4984", ByProxy, "gets altered modules and toolchains past the checksum database", "", []string{"1.25.10", "1.26.3"}},
	{"GO-2026-6179", ByProxy, "gets altered modules past the checksum database, with forged tiles", "", []string{"1.25.13", "1.26.6", "1.27.0-rc.3"}},
	{"GO-2026-6180", ByDatabase, "confirms modules that are not in its log", "", []string{"1.25.13", "1.26.6", "1.27.0-rc.3"}},
	{"GO-2026-6601", ByProject, "gets another golang.org/fips140 past the checksum database", "", []string{"1.26.9", "1.27.2"}},
	{"CVE-2026-94447", ByProject, "gets altered toolchains past the checksum database", "", []string{"1.26.9", "1.27.2"}},
}

// AthensMercurial is the release whose image has Mercurial, and a Go that lets a
// repository run commands by it.
const AthensMercurial = "v0.16.2"

// images have the Go of Athens' published images from a release on
// (cmd/proxy/Dockerfile at its tag).
var images = [...]struct{ since, golang string }{{AthensOldest, "1.23.5"}, {AthensMercurial, "1.25.1"}, {v017, "1.26.2"}}

// AthensGo is the Go in the published image of a release of Athens; empty if it is
// not known.
func AthensGo(version string) (golang string) {
	if !semver.IsValid(version) || semver.Compare(version, AthensLater) > 0 {
		return ""
	}
	for _, i := range images {
		if semver.Compare(version, i.since) >= 0 {
			golang = i.golang
		}
	}
	return golang
}

// Advisories are those of a Go release, as in 1.26.2, or of any release if it is
// empty, by any of some attackers; by all of them if none is given.
func Advisories(golang string, by ...Attacker) (out []Advisory) {
	for _, a := range advisories {
		if (golang == "" || a.in(golang)) && (len(by) == 0 || slices.Contains(by, a.By)) {
			out = append(out, a)
		}
	}
	return out
}

func (a *Advisory) in(golang string) bool {
	v := canonical(golang)
	if !semver.IsValid(v) || a.since != "" && semver.Compare(v, canonical(a.since)) < 0 {
		return false
	}
	for i, f := range a.fixed {
		f = canonical(f)
		if semver.Compare(v, f) < 0 && (i == 0 || semver.MajorMinor(v) == semver.MajorMinor(f)) {
			return true
		}
	}
	return false
}

// SoundGo are the first Go releases of each line that have none of the advisories.
func SoundGo() (out []string) {
	for _, a := range advisories {
		for _, f := range a.fixed {
			if len(Advisories(f)) == 0 && !slices.Contains(out, f) {
				out = append(out, f)
			}
		}
	}
	return out
}

// IDs of advisories, in a sentence.
func IDs(all []Advisory) string {
	ids := make([]string, len(all))
	for i, a := range all {
		ids[i] = a.ID
	}
	return strings.Join(ids, ", ")
}
