package crathens

import (
	"bufio"
	"io"
	"slices"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// maxList bounds a list; 16 MiB are about a million versions.
const maxList = 16 << 20

// maxListed is how many versions of a list are held before the older ones go.
const maxListed = 10_000

// readList reads the n newest of a module's versions as the go command does: the
// first word of each line that is a version and no pseudo-version.
func readList(r io.Reader, n int) ([]string, error) {
	var out []string
	limited := &io.LimitedReader{R: r, N: maxList + 1}
	lines := bufio.NewScanner(limited)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) == 0 || !listable(words[0]) || len(words[0]) > maxVersion {
			continue
		}
		if out = append(out, strings.Clone(words[0])); len(out) >= 2*n+maxListed {
			out = slices.Clone(newest(out, max(n, atLatest)))
		}
	}
	if limited.N == 0 {
		return nil, badAnswer("the list is longer than %d MiB", maxList>>20)
	}
	return newest(out, n), lines.Err()
}

// atLatest is how many versions @latest may pick; see newest.
const atLatest = 2

// released are modules whose versions are the releases of Go itself, one archive
// for each platform: the go command asks for the one that a go.mod or GOFIPS140
// names, and the newest are of no use elsewhere. What another site holds
// of them is warmed, because a client asked for it there.
var released = []string{"golang.org/fips140", "golang.org/toolchain"}

const releasedReason = "its newest versions are archives of Go for every platform"

// listable tells whether the go command takes a version from a list.
func listable(version string) bool {
	return version != "" && module.CanonicalVersion(version) == version && !module.IsPseudoVersion(version)
}

// newest are the n newest versions, the newest first: by semantic version, as
// the go command sorts them, so v2.0.0-rc.1 is newer than v1.9.0. What @latest
// picks comes before all, so that it is warmed even if n is 1: the highest
// release, and the highest one without +incompatible, which the go command
// prefers when it has a go.mod. Retracted versions count: the list does not
// tell them, and builds that have one pinned still ask for it.
func newest(versions []string, n int) []string {
	sorted := slices.Clone(versions)
	semver.Sort(sorted)
	slices.Reverse(sorted)
	sorted = slices.Compact(sorted)
	front := make([]string, 0, atLatest)
	for _, wanted := range []func(string) bool{
		func(v string) bool { return semver.Prerelease(v) == "" && semver.Build(v) == "" },
		func(v string) bool { return semver.Prerelease(v) == "" },
	} {
		if i := slices.IndexFunc(sorted, wanted); i >= 0 && !slices.Contains(front, sorted[i]) {
			front = append(front, sorted[i])
		}
	}
	sorted = slices.DeleteFunc(sorted, func(v string) bool { return slices.Contains(front, v) })
	out := slices.Concat(front, sorted)
	return out[:min(n, len(out))]
}
