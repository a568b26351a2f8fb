package crathens

import (
	"context"
	"errors"
	"io"
)

// Getter reads files of a module proxy as a walk does: again where that may help,
// within Config.Timeout. Of a Config it uses Athens, Concurrency, Timeout,
// Attempts, Transport and Log. Unlike a walk it follows redirects, so what it
// reads must be verified.
type Getter struct {
	client *client
	site   Site
}

// NewGetter makes one.
func NewGetter(cfg Config) *Getter {
	g := &Getter{newClient(&cfg, newMetrics(nil, &counters{})), cfg.Athens}
	g.client.http.CheckRedirect = nil
	return g
}

// Get hands the body at a path, which begins with a slash and is not percent
// encoded, to read; a second time where the first broke off. The error of a
// whole body is read's own.
func (g *Getter) Get(ctx context.Context, path string, read func(io.Reader) error) error {
	var wrong error
	err := g.client.get(ctx, ctx, g.site, fileRequest, g.site.at(path, ""), func(r io.Reader) error {
		wrong = read(r)
		return wrong
	})
	if f := (*failure)(nil); errors.As(err, &f) && f.reason == notAthens && wrong != nil {
		return wrong
	}
	return err
}

// Close closes connections.
func (g *Getter) Close() { g.client.http.CloseIdleConnections() }

// Gone tells of an error of Get that there is no such file.
func Gone(err error) bool {
	f := (*failure)(nil)
	return errors.As(err, &f) && f.gone()
}
