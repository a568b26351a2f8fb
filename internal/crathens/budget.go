package crathens

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/gomods/athens-kfn/pkg/span"
)

// within bounds the walk by Config.MaxDuration.
func (c *Crawler) within(ctx context.Context) (context.Context, context.CancelFunc) {
	if c.cfg.MaxDuration <= 0 {
		return ctx, func() {}
	}
	return context.WithTimeoutCause(ctx, c.cfg.MaxDuration, fmt.Errorf("--max-duration %s is over", span.Short(c.cfg.MaxDuration)))
}

// spend adds the size of a version's zip to what was warmed, and ends the walk
// where Config.MaxBytes is used up or cannot be kept.
func (w *walk) spend(ctx context.Context, v version) {
	if w.cfg.MaxBytes <= 0 {
		return
	}
	url, err := w.cfg.Athens.file(v.of.module, v.name, ".zip")
	var size int64
	if err == nil {
		err = w.get(ctx, zipRequest, url, func(length io.Reader) error {
			text, _ := io.ReadAll(length) // error dropped: a header is in memory
			if size, err = strconv.ParseInt(string(text), 10, 64); err != nil || size < 0 {
				return badAnswer("it names no size of the zip")
			}
			return nil
		})
	}
	switch {
	case ctx.Err() != nil:
	case err != nil:
		w.fail("zip", v.of.module+"@"+v.name, err)
		w.stop(fmt.Errorf("--max-bytes cannot be kept: the size of a zip is unknown: %w", err))
	case w.count.bytes.Add(size) >= w.cfg.MaxBytes:
		w.stop(fmt.Errorf("--max-bytes %d is used up", w.cfg.MaxBytes))
	}
}
