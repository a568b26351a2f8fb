package crathens

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/module"
)

// Crawler is one walk. Use New.
type Crawler struct {
	cfg      Config
	client   *client
	count    counters
	failures failures
	gone     gone
	leftOut  []string // modules whose newest versions are not warmed
	memory   memory

	stored  *stored             // what Athens holds
	missing map[string][]string // what Config.From hold and Athens does not
	listed  map[string]bool     // modules whose list is asked for
}

// New makes a walk that has not begun.
func New(cfg Config) *Crawler {
	c := &Crawler{
		cfg:     cfg,
		memory:  memory{max: cfg.MaxCatalogBytes},
		missing: map[string][]string{},
		listed:  map[string]bool{},
	}
	c.stored = newStored(&c.memory)
	m := newMetrics(cfg.Metrics, &c.count)
	c.client = newClient(&c.cfg, m)
	return c
}

// Run walks until all is done or ctx is, once. It never panics over what a
// site answers, and the summary tells what went wrong.
func (c *Crawler) Run(ctx context.Context) Summary {
	began := time.Now()
	defer c.client.http.CloseIdleConnections()
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	ctx, cancel := c.within(ctx)
	defer cancel()

	err := c.read(ctx)
	if err == nil {
		err = c.warm(ctx, stop, c.names())
	}
	c.doubt()
	c.count.phase.Store(phaseDone)
	return c.summary(err, time.Since(began))
}

func (c *Crawler) read(ctx context.Context) error {
	c.count.phase.Store(phaseCatalog)
	c.cfg.Log.Info("reading the catalog", "athens", c.cfg.Athens.String())
	err := c.readCatalog(ctx, c.cfg.Athens, c.stored.add)
	switch f := (*failure)(nil); {
	case errors.As(err, &f) && f.status == http.StatusNotImplemented:
		if len(c.cfg.Modules) == 0 && len(c.cfg.From) == 0 && len(c.cfg.Pinned) == 0 && len(c.cfg.GoSums) == 0 {
			return errors.New("no catalog (501), as with external storage; name modules with --modules-file, versions with --go-sum, or another site with --from")
		}
		c.cfg.Log.Warn("Athens has no catalog (501), as with external storage; versions that it stores are asked for again")
	case err != nil:
		return c.stopped(ctx, "the catalog of "+c.cfg.Athens.String(), err)
	}
	if err := c.readOthers(ctx); err != nil {
		return err
	}
	return c.readPinned(ctx)
}

// readOthers finds out what the other sites hold and Athens does not.
func (c *Crawler) readOthers(ctx context.Context) error {
	for i, from := range c.cfg.From {
		theirs := newStored(&c.memory)
		c.count.phase.Store(phaseFrom)
		c.cfg.Log.Info("reading another site's catalog", "from", from.String())
		err := c.readCatalog(ctx, from, func(r row) bool {
			if !theirs.add(r) {
				return false
			}
			if !c.stored.has(r) && (i == 0 || !slices.Contains(c.missing[r.Module], r.Version)) {
				c.miss(r)
			}
			return true
		})
		switch {
		case err == nil:
		case ctx.Err() != nil:
			return c.stopped(ctx, "", err)
		default:
			// The other site is down; this one can be warmed all the same.
			c.fail("the catalog of --from", from.String(), err)
		}
	}
	return nil
}

// stopped is nil for nil, why the walk was stopped if it was, or err, which is
// about what.
func (c *Crawler) stopped(ctx context.Context, what string, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	return fmt.Errorf("%s: %w", what, err)
}

// names are all modules of the walk: the catalog's, the named ones, and those
// that only other sites hold, in order but for Config.Start.
func (c *Crawler) names() []string {
	for name := range c.stored.modules {
		c.listed[name] = true
	}
	for _, name := range c.cfg.Modules {
		c.listed[name] = true
	}
	for _, name := range released {
		if c.listed[name] {
			c.listed[name] = false
			c.leftOut = append(c.leftOut, name)
			c.cfg.Log.Info("left out", "module", name, "reason", releasedReason)
			c.record(name, "skipped", releasedReason)
		}
	}
	names := make([]string, 0, len(c.listed)+len(c.missing))
	for name := range c.listed {
		names = append(names, name)
	}
	for name := range c.missing {
		if _, there := c.listed[name]; !there {
			names = append(names, name)
		}
	}
	names = slices.DeleteFunc(names, c.excluded)
	slices.SortFunc(names, strings.Compare)
	if len(names) > 0 {
		first := int(c.cfg.Start % uint64(len(names))) //nolint:gosec // below len
		names = slices.Concat(names[first:], names[:first])
	}
	c.count.modules.Store(int64(len(names)))
	return names
}

// excluded says whether --allow or --exclude leave a module out.
func (c *Crawler) excluded(name string) bool {
	switch {
	case c.cfg.Allow != "" && !module.MatchPrefixPatterns(c.cfg.Allow, name):
		c.skip(name, "--allow does not match it")
	case module.MatchPrefixPatterns(c.cfg.Exclude, name):
		c.skip(name, "--exclude matches it")
	default:
		return false
	}
	return true
}
