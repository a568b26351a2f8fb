package crathens

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// Summary is what a walk did.
type Summary struct {
	DryRun  bool          `json:"dryRun"`            // nothing was warmed
	Modules int           `json:"modules"`           // modules seen: the catalog's, the named ones, --from's and --go-sum's
	Done    int           `json:"done"`              // of which nothing is left to do
	New     int           `json:"new"`               // versions that Athens did not hold and that were wanted
	Warmed  int           `json:"warmed"`            // of which Athens stored
	Bytes   int64         `json:"bytes,omitempty"`   // of their zips; only with Config.MaxBytes
	Skipped int           `json:"skipped"`           // versions that are retracted, and modules that Config.Allow or Exclude leave out
	Gone    int           `json:"gone"`              // modules that are stored, and versions, that upstream has no more
	Lost    []string      `json:"lost,omitempty"`    // the first of them, at most maxGone
	LeftOut []string      `json:"leftOut,omitempty"` // modules whose newest versions are not warmed; see released
	Failed  int           `json:"failed"`            // lists, versions and catalogs given up
	Reasons []Reason      `json:"reasons,omitempty"` // behind Failed, the most frequent first
	Stopped string        `json:"stopped,omitempty"` // why the walk ended early; empty if it did not
	Took    time.Duration `json:"-"`                 // from start to end
}

// Reason is why things failed.
type Reason struct {
	Text     string   `json:"text"`
	Count    int      `json:"count"`
	Examples []string `json:"examples"` // at most three
}

// maxExamples of a reason are kept: a reader needs one to try, and a site may
// fail for a million.
const maxExamples = 3

// OK says that all is done and nothing failed.
func (s *Summary) OK() bool { return s.Failed == 0 && s.Stopped == "" }

// Write prints the summary for a person.
func (s *Summary) Write(w io.Writer) error {
	var errs []error
	line := func(format string, args ...any) {
		_, err := fmt.Fprintf(w, format+"\n", args...)
		errs = append(errs, err)
	}
	if s.Stopped != "" {
		line("stopped: %s", s.Stopped)
	}
	line("modules   %d, %d done", s.Modules, s.Done)
	line("new       %d versions", s.New)
	if s.DryRun {
		line("warmed    nothing (--dry-run)")
	} else {
		line("warmed    %d", s.Warmed)
	}
	if s.Bytes > 0 {
		line("bytes     %d", s.Bytes)
	}
	if s.Skipped > 0 {
		line("skipped   %d", s.Skipped)
	}
	if s.Gone > 0 {
		line("gone      %d no longer upstream", s.Gone)
		for _, name := range s.Lost {
			line("      %s", name)
		}
		if more := s.Gone - len(s.Lost); more > 0 {
			line("      and %d more", more)
		}
	}
	for _, name := range s.LeftOut {
		line("left out  %s: %s", name, releasedReason)
	}
	line("failed    %d", s.Failed)
	for _, r := range s.Reasons {
		line("  %d × %s", r.Count, r.Text)
		for _, e := range r.Examples {
			line("      %s", e)
		}
	}
	line("took      %s", s.Took.Round(time.Millisecond))
	return errors.Join(errs...)
}

// LogValue is the summary for a log.
func (s *Summary) LogValue() slog.Value {
	attrs := []slog.Attr{
		slog.Int("modules", s.Modules), slog.Int("done", s.Done), slog.Int("new", s.New),
		slog.Int("warmed", s.Warmed), slog.Int("failed", s.Failed),
		slog.Float64("seconds", s.Took.Seconds()),
	}
	if s.Skipped > 0 {
		attrs = append(attrs, slog.Int("skipped", s.Skipped))
	}
	if s.DryRun {
		attrs = append(attrs, slog.Bool("dryRun", true))
	}
	if s.Gone > 0 {
		attrs = append(attrs, slog.Int("gone", s.Gone), slog.Any("lost", s.Lost))
	}
	if len(s.LeftOut) > 0 {
		attrs = append(attrs, slog.Any("leftOut", s.LeftOut))
	}
	if s.Stopped != "" {
		attrs = append(attrs, slog.String("stopped", s.Stopped))
	}
	if len(s.Reasons) > 0 {
		attrs = append(attrs, slog.Any("reasons", s.Reasons))
	}
	return slog.GroupValue(attrs...)
}

// failures are grouped by their reason as they happen.
type failures struct {
	mu       sync.Mutex
	byReason map[string]*Reason
}

func (c *Crawler) fail(kind, thing string, err error) {
	thing = shown(thing)
	reason := "the paging does not end"
	if f := (*failure)(nil); errors.As(err, &f) {
		reason = f.reason
	}
	reason = kind + ": " + reason
	c.cfg.Log.Warn("gave up", "what", thing, "kind", kind, "reason", err.Error())
	c.count.failed.Add(1)
	c.record(thing, "failed", kind+": "+err.Error())

	c.failures.mu.Lock()
	defer c.failures.mu.Unlock()
	if c.failures.byReason == nil {
		c.failures.byReason = map[string]*Reason{}
	}
	r := c.failures.byReason[reason]
	if r == nil {
		r = &Reason{Text: reason}
		c.failures.byReason[reason] = r
	}
	if r.Count++; len(r.Examples) < maxExamples {
		r.Examples = append(r.Examples, thing)
	}
}

func (c *Crawler) summary(err error, took time.Duration) Summary {
	s := Summary{
		Modules: int(c.count.modules.Load()),
		Done:    int(c.count.done.Load()),
		New:     int(c.count.fresh.Load()),
		DryRun:  c.cfg.DryRun,
		Warmed:  int(c.count.warmed.Load()),
		Bytes:   c.count.bytes.Load(),
		Skipped: int(c.count.skipped.Load()),
		Gone:    int(c.count.gone.Load()),
		Lost:    c.gone.names,
		LeftOut: c.leftOut,
		Failed:  int(c.count.failed.Load()),
		Took:    took,
	}
	if err != nil {
		s.Stopped = err.Error()
	}
	for _, r := range c.failures.byReason {
		slices.Sort(r.Examples)
		s.Reasons = append(s.Reasons, *r)
	}
	slices.SortFunc(s.Reasons, func(a, b Reason) int {
		return cmp.Or(b.Count-a.Count, cmp.Compare(a.Text, b.Text))
	})
	return s
}
