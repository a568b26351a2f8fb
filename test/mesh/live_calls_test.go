package mesh

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// The mix of lists that clients ask for while nothing fails: few modules are
// popular, and most are asked for now and then.
const (
	mixRate    = 20 // a second
	mixModules = 200
	// mixSkew is the exponent of Zipf's law: the second module is asked for half
	// as often as the first, the tenth a thirteenth as often.
	mixSkew = 1.1
	// mixWarm lists are asked for before any is counted.
	mixWarm    = 60 * mixRate
	mixCounted = 180 * mixRate
)

// mix is the module of each list, the same in every run.
func mix() []int {
	zipf := rand.NewZipf(rand.New(rand.NewPCG(1, 1)), mixSkew, 1, mixModules-1)
	out := make([]int, mixWarm+mixCounted)
	for i := range out {
		out[i] = int(zipf.Uint64())
	}
	return out
}

// mixSites have one spread of lists each, in the order of the page.
var mixSites = []string{"s3", "production"}

func mixKey(site string) string {
	return fmt.Sprintf("calls to Athens, %s, lists, %d/s", site, mixRate)
}

// oneCache is the number of counted lists for which a cache asks Athens that
// gets the whole mix.
func oneCache(ttl time.Duration) (calls int) {
	fetched := map[int]int{}
	for i, module := range mix() {
		if at, ok := fetched[module]; ok && time.Duration(i-at)*time.Second/mixRate < ttl {
			continue
		}
		fetched[module] = i
		if i >= mixWarm {
			calls++
		}
	}
	return calls
}

// mixBroken is what a site's spread promises otherwise than what was found, ""
// for nothing: by module each list has one cache, by load one a replica.
func mixBroken(spec *v1alpha1.AthensSiteSpec, got tally) string {
	caches := 1
	if spec.Lathens.Spread == v1alpha1.SpreadByLoad {
		caches = int(spec.Lathens.Replicas)
	}
	one := oneCache(spec.Lathens.TTL.Duration)
	switch most := caches * one * 11 / 10; { // a tenth for requests that are late
	case got.failed() > 0:
		return fmt.Sprintf("%d of %d failed", got.failed(), got.requests())
	case got.Calls < one/2:
		return fmt.Sprintf("%d calls, and one cache would make %d: not all were counted", got.Calls, one)
	case got.Calls > most:
		return fmt.Sprintf("%d calls, more than %d of %d caches", got.Calls, most, caches)
	}
	return ""
}

// TestLiveCalls counts the lists of the mix that reach Athens, as the examples
// have lathens: nothing is scaled, so it takes four minutes.
func TestLiveCalls(t *testing.T) {
	if os.Getenv(allVar) == "" {
		t.Skip("it takes four minutes: set " + allVar)
	}
	t.Cleanup(func() { keepFigures(t) })
	asked, path := mix(), moduleFile(mixModules, "list")
	for _, site := range mixSites {
		t.Run(site, func(t *testing.T) {
			t.Parallel()
			l := running(t, small(example(t, site)))
			count := func() (n int) {
				for _, pod := range l.Of("athens") {
					var one int
					if _, err := fmt.Sscan(pod.Control("count"), &one); err != nil {
						t.Fatal(err)
					}
					n += one
				}
				return n
			}
			load := func(first, n int) (*load, tally) {
				o := startLoad(l, mixRate, "", func(i int) string { return path(asked[(first+i)%len(asked)]) })
				time.Sleep(time.Duration(n) * time.Second / mixRate)
				return o, o.end(t)
			}
			load(0, mixWarm)
			count()
			counted, got := load(mixWarm, mixCounted)
			got.Calls = count()
			for _, s := range counted.shots {
				if slices.Contains([]string{"hit", "stale"}, s.got.Header.Get("X-Lathens")) {
					got.Cached++
				}
			}
			t.Logf("%d lists, %d from the cache, %d calls to Athens; one cache: %d", got.requests(), got.Cached, got.Calls, oneCache(l.Site.Spec.Lathens.TTL.Duration))
			if broken := mixBroken(&l.Site.Spec, got); broken != "" {
				t.Error(broken)
			}
			figures.Lock()
			figures.found[mixKey(site)] = got
			figures.Unlock()
		})
	}
}

// TestCallsPage writes, or checks, the lines of docs/how-it-works.md that have
// these figures, and that they keep what the spreads promise.
func TestCallsPage(t *testing.T) {
	got := recorded(t)
	lines := []string{"| replicas of lathens, measured |", "| lists that a client gets from a cache |", "| lists a minute that reach Athens |"}
	for _, site := range mixSites {
		found, spec := got[mixKey(site)], &example(t, site).Sites[0].Spec
		if broken := mixBroken(spec, found); broken != "" {
			t.Errorf("%s: %s", site, broken)
		}
		n := max(1, float64(found.requests()))
		lines[0] += fmt.Sprintf(" %d |", spec.Lathens.Replicas)
		lines[1] += fmt.Sprintf(" %.1f %% |", 100*float64(found.Cached)/n)
		lines[2] += fmt.Sprintf(" %.0f of %d |", float64(found.Calls)/n*60*mixRate, 60*mixRate)
	}
	file := filepath.Join(root, "docs/how-it-works.md")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	for _, line := range lines {
		name := line[:strings.Index(line[1:], "|")+2]
		page = regexp.MustCompile("(?m)^"+regexp.QuoteMeta(name)+".*$").ReplaceAllLiteralString(page, line)
		if !strings.Contains(page, line+"\n") {
			t.Errorf("docs/how-it-works.md has no line %q", name)
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
			t.Fatal(err)
		}
	} else if diff := cmp.Diff(string(text), page); diff != "" {
		t.Errorf("docs/how-it-works.md is stale, run make drills: -written +found\n%s", diff)
	}
}
