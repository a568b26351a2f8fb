package crathens

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"github.com/gomods/athens-kfn/internal/goproxy"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// Bounds of a go.sum.
const (
	maxGoSum      = 16 << 20
	maxGoSumLines = 100_000
	// maxProblems of one file are named.
	maxProblems = 20
)

// ParseGoSumURL reads the URL of a go.sum: https, or http on this machine. The
// error never shows what it was given, which may hold a password.
func ParseGoSumURL(raw string) (Site, error) {
	s, err := ParseSite(raw)
	if err != nil {
		return Site{}, errors.New("is not the URL of a file without ? and #; write one such as https://example.com/app/go.sum")
	}
	host := s.base.Hostname()
	if s.base.Scheme != "https" && host != "localhost" && !net.ParseIP(host).IsLoopback() {
		return Site{}, errors.New("is a URL without TLS, which anyone on the way can change; write https://")
	}
	return s, nil
}

// ReadGoSum reads the versions that a go.sum pins, each once, whether the go
// command verifies the zip or only the go.mod: Athens stores both together. It
// returns every problem, each with its line.
func ReadGoSum(r io.Reader) (pinned []module.Version, problems []error) {
	problems = ReadGoSumLines(r, func(v module.Version, _ string) {
		v.Version = strings.TrimSuffix(v.Version, goModSuffix)
		if !slices.Contains(pinned[max(0, len(pinned)-1):], v) { // its /go.mod follows
			pinned = append(pinned, v)
		}
	})
	return pinned, problems
}

// goModSuffix is what the version of a line for a go.mod alone ends in.
const goModSuffix = "/go.mod"

// ReadGoSumLines hands each line of a go.sum to add: the version, with /go.mod
// where the line is for the go.mod alone, and the hash. It returns every problem,
// each with its line.
func ReadGoSumLines(r io.Reader, add func(v module.Version, hash string)) (problems []error) {
	limited := &io.LimitedReader{R: r, N: maxGoSum + 1}
	lines, n := bufio.NewScanner(limited), 0
	for lines.Scan() {
		if n++; n > maxGoSumLines {
			return append(problems, fmt.Errorf("has more than %d lines; split it", maxGoSumLines))
		}
		words := strings.Fields(lines.Text())
		switch {
		case len(words) == 0:
		case goSumLine(words):
			add(module.Version{Path: words[0], Version: words[1]}, words[2])
		case len(problems) == maxProblems:
			return append(problems, errors.New("further lines are not read; mend these first"))
		default:
			problems = append(problems, fmt.Errorf("line %d: %s is not a line of a go.sum; write MODULE VERSION HASH, as go mod tidy does", n, quote.Value(lines.Text())))
		}
	}
	if err := lines.Err(); err != nil {
		problems = append(problems, fmt.Errorf("after line %d: %w", n, err))
	}
	if limited.N == 0 {
		problems = append(problems, fmt.Errorf("is longer than %d MiB; split it", maxGoSum>>20))
	}
	return problems
}

func goSumLine(words []string) bool {
	if len(words) != 3 || !strings.HasPrefix(words[2], "h") || len(words[0]) > goproxy.MaxPath {
		return false
	}
	version := strings.TrimSuffix(words[1], goModSuffix)
	return len(version) <= maxVersion && module.CanonicalVersion(version) == version && module.Check(words[0], version) == nil
}

// readPinned finds out which pinned versions Athens does not hold.
func (c *Crawler) readPinned(ctx context.Context) error {
	pinned := slices.Clone(c.cfg.Pinned)
	for _, from := range c.cfg.GoSums {
		var more []module.Version
		// A go.sum is elsewhere than Athens: its login is its URL's, if any.
		err := c.client.get(ctx, ctx, from, goSumRequest, from.String(), func(r io.Reader) error {
			var problems []error
			if more, problems = ReadGoSum(r); len(problems) > 0 {
				return &failure{reason: "it is not a go.sum", detail: problems[0].Error()}
			}
			return nil
		})
		switch f := (*failure)(nil); {
		case ctx.Err() != nil:
			return c.stopped(ctx, "", err)
		case errors.As(err, &f) && f.status/100 == 3:
			f.reason = statusText(f.status) + ", a redirect; write its target instead"
			fallthrough
		case err != nil:
			c.fail("the go.sum of --go-sum", from.String(), err)
		}
		pinned = slices.Concat(pinned, more)
	}
	slices.SortFunc(pinned, func(a, b module.Version) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Version, b.Version))
	})
	var path string
	var others []string // what --from wants of it
	for _, v := range slices.Compact(pinned) {
		if v.Path != path {
			path, others = v.Path, c.missing[v.Path]
		}
		if r := (row{v.Path, v.Version}); !c.stored.has(r) && !slices.Contains(others, v.Version) {
			c.miss(r)
		}
		if err := c.memory.full(); err != nil {
			return err
		}
	}
	return nil
}

// miss notes a version that is to be warmed however old it is.
func (c *Crawler) miss(r row) {
	c.memory.take(perMissing + len(r.Version))
	c.missing[r.Module] = append(c.missing[r.Module], r.Version)
}
