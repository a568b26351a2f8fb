package crathens

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/mod/module"
)

// maxAway is how many requests in a row may find no server at Athens' address, each after
// all its attempts, before the walk ends: the next one will do what is left.
const maxAway = 3

// maxInfo bounds an .info, which is some hundred bytes.
const maxInfo = 1 << 20

// walk is the part of a run that asks Athens to store versions.
type walk struct {
	*Crawler
	flight context.Context         // of requests; outlives the walk's own by Config.Grace
	stop   context.CancelCauseFunc // the walk
	away   atomic.Int64            // requests in a row that found no server
	cut    atomic.Bool             // something was left undone

	versions chan version // to ask for
	parsing  sync.Mutex   // of a go.mod
}

// visit is one module; it is done when its last version is.
type visit struct {
	module string
	left   atomic.Int64 // versions, and the visit itself
	slow   atomic.Bool  // a version took all the time there is
	gone   bool         // it, or a version, is gone upstream; guarded by gone.mu
}

type version struct {
	of   *visit
	name string
	done chan<- bool // gets whether it is stored; nil if no visit waits
}

// warm asks for the list of each module, for @latest where the list is empty, and for the .info of what is new. The
// error says why it left something undone.
func (c *Crawler) warm(ctx context.Context, stop context.CancelCauseFunc, names []string) error {
	c.count.phase.Store(phaseWarm)
	c.cfg.Log.Info("warming", "rows", c.count.rows.Load(), "modules", len(names))
	flight, land := c.outlive(ctx)
	defer land()
	w := &walk{Crawler: c, flight: flight, stop: stop, versions: make(chan version)}

	modules := make(chan string)
	var listers, warmers sync.WaitGroup
	for range c.cfg.Concurrency {
		listers.Go(func() {
			for name := range modules {
				w.visit(ctx, name)
			}
		})
		warmers.Go(func() {
			for v := range w.versions {
				w.info(ctx, v)
			}
		})
	}
	for _, name := range names {
		select {
		case modules <- name:
			continue
		case <-ctx.Done():
			w.cut.Store(true)
		}
		break
	}
	close(modules)
	listers.Wait()
	close(w.versions)
	warmers.Wait()
	if w.cut.Load() {
		return context.Cause(ctx)
	}
	return nil
}

// visit finds the newest versions of a module, and hands over what is wanted.
func (w *walk) visit(ctx context.Context, name string) {
	v := &visit{module: name}
	asked := listRequest
	found, err := w.list(ctx, name)
	known, stored := w.stored.modules[name]
	if err == nil && w.listed[name] && len(found) == 0 && !known.tagged {
		asked = latestRequest
		found, err = w.latest(ctx, name)
	}
	switch {
	case errors.Is(err, errStopped):
		w.cut.Store(true)
		return
	case isGone(err) && stored:
		w.lose(v, name, err)
	case err != nil:
		w.fail(string(asked), name, err)
	case !w.listed[name]:
	case len(found) == 0 && known.tagged:
		w.lose(v, name, errors.New("the list is empty, but a version of it is stored"))
	default:
		w.find()
	}
	v.left.Store(1)
	if len(found) == 0 {
		w.hand(ctx, v, w.missing[name], "", nil)
	} else {
		w.handNewest(ctx, v, found)
	}
	w.less(v)
}

// handNewest hands over what builds have pinned, then the newest version, and
// then those of found, the newest first, that its go.mod does not retract.
func (w *walk) handNewest(ctx context.Context, v *visit, found []string) {
	name, newest := v.module, found[0]
	is := func(other string) bool { return other == newest }
	wanted := slices.DeleteFunc(slices.Clone(w.missing[name]), is)
	found = slices.DeleteFunc(found, func(v string) bool {
		return is(v) || w.stored.has(row{name, v}) || slices.Contains(wanted, v)
	})
	here := w.stored.has(row{name, newest})
	if !w.hand(ctx, v, wanted, "", nil) {
		return
	}
	if !here {
		done := make(chan bool, 1)
		if !w.hand(ctx, v, []string{newest}, "", done) {
			return
		}
		if len(found) > 0 && !w.cfg.DryRun {
			here = <-done
		}
	}
	note := ""
	switch {
	case len(found) == 0:
	case here:
		var err error
		if found, err = w.unretracted(ctx, name, newest, found); err != nil && !errors.Is(err, errStopped) {
			w.fail(string(modRequest), name+"@"+newest, err)
		}
	case w.cfg.DryRun:
		note = "unless the go.mod of " + newest + ", which is not stored yet, retracts it"
	}
	w.hand(ctx, v, found, note, nil)
}

// hand hands versions over to be asked for, and says whether all are. In a dry
// run it only notes them.
func (w *walk) hand(ctx context.Context, v *visit, names []string, note string, done chan<- bool) bool {
	v.left.Add(int64(len(names)))
	w.count.fresh.Add(int64(len(names)))
	for _, name := range names {
		if w.cfg.DryRun {
			w.record(v.module+"@"+name, "planned", note)
			w.less(v)
			continue
		}
		select {
		case w.versions <- version{v, name, done}:
		case <-ctx.Done():
			w.cut.Store(true)
			return false
		}
	}
	return true
}

// less notes that one thing less is left of a module.
func (w *walk) less(v *visit) {
	if v.left.Add(-1) == 0 {
		w.count.done.Add(1)
	}
}

func (w *walk) list(ctx context.Context, name string) (found []string, err error) {
	if !w.listed[name] {
		return nil, nil
	}
	url, err := w.cfg.Athens.list(name)
	if err != nil {
		return nil, badAnswer("%v", err)
	}
	err = w.get(ctx, listRequest, url, func(r io.Reader) (err error) {
		found, err = readList(r, w.cfg.MaxVersions)
		return err
	})
	return found, err
}

// latest is the version that the go command takes where a list names none: a
// pseudo-version of the newest commit.
func (w *walk) latest(ctx context.Context, name string) (found []string, err error) {
	url, err := w.cfg.Athens.latest(name)
	if err != nil {
		return nil, badAnswer("%v", err)
	}
	err = w.get(ctx, latestRequest, url, func(r io.Reader) error {
		version, err := readInfo(r)
		if err == nil && (module.CanonicalVersion(version) != version || len(version) > maxVersion) {
			err = fmt.Errorf("%s is not a version", shown(version))
		}
		found = []string{version}
		return err
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

func (w *walk) info(ctx context.Context, v version) {
	err := w.ask(ctx, v)
	if v.done != nil {
		v.done <- err == nil
	}
	if f := (*failure)(nil); errors.As(err, &f) && f.slow {
		v.of.slow.Store(true)
	}
	switch {
	case errors.Is(err, errStopped):
		w.cut.Store(true)
		return
	case isGone(err):
		w.lose(v.of, v.of.module+"@"+v.name, err)
	case err != nil:
		w.fail("info", v.of.module+"@"+v.name, err)
	default:
		w.cfg.Log.Debug("warmed", "what", v.of.module+"@"+v.name)
		w.count.warmed.Add(1)
		w.record(v.of.module+"@"+v.name, "warmed", "")
		w.find()
		w.spend(ctx, v)
	}
	w.less(v.of)
}

// ask sends the request of info. After one version of a module has hung, the
// others are left to the next walk: twenty of them would hold this one up for
// hours.
func (w *walk) ask(ctx context.Context, v version) error {
	if v.of.slow.Load() {
		return &failure{reason: "left out, because another version of the module got no answer in time"}
	}
	url, err := w.cfg.Athens.file(v.of.module, v.name, ".info")
	if err != nil {
		return badAnswer("%v", err)
	}
	return w.get(ctx, infoRequest, url, func(r io.Reader) error {
		_, err := readInfo(r)
		return err
	})
}

// readInfo reads the version that an .info or @latest names. An answer without
// one is not Athens'.
func readInfo(r io.Reader) (version string, err error) {
	var info struct{ Version string }
	if err := json.NewDecoder(io.LimitReader(r, maxInfo)).Decode(&info); err != nil {
		return "", fmt.Errorf("no JSON: %w", err)
	}
	if info.Version == "" {
		return "", errors.New(`there is no "Version"`)
	}
	return info.Version, nil
}

// get is the client's, and ends the walk when the next request could only fail
// like this one.
func (w *walk) get(ctx context.Context, k kind, url string, read func(io.Reader) error) error {
	err := w.client.get(ctx, w.flight, w.cfg.Athens, k, url, read)
	switch f := (*failure)(nil); {
	case !errors.As(err, &f) || !f.away:
		w.away.Store(0)
	case w.away.Add(1) >= maxAway:
		w.stop(fmt.Errorf("%s does not answer: %w", w.cfg.Athens, f))
	}
	if f := (*failure)(nil); errors.As(err, &f) && f.stop {
		w.stop(fmt.Errorf("%s: %w", w.cfg.Athens, f))
	}
	return err
}

// outlive is a context that ends when ctx has been over for the grace, or with
// the returned function.
func (c *Crawler) outlive(ctx context.Context) (context.Context, func()) {
	long, end := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	detach := context.AfterFunc(ctx, func() {
		defer close(ended)
		c.cfg.Log.Warn("stopping", "reason", context.Cause(ctx).Error(), "grace", c.cfg.Grace.String())
		if c.cfg.Grace > 0 {
			_ = sleep(long, c.cfg.Grace)
		}
		end()
	})
	return long, func() {
		end()
		if !detach() {
			<-ended
		}
	}
}
