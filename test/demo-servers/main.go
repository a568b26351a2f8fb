// Command demo-servers shows lathens and crathens at work on loopback: a small
// module proxy that behaves like Athens, crathens warming it, and the go
// command fetching through lathens, also when the proxy is gone.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"time"
)

func main() {
	ctx, release := signal.NotifyContext(context.Background(), os.Interrupt)
	err := demo(ctx, os.Stdout)
	release()
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo-servers:", err)
		os.Exit(1)
	}
}

// ttl is short, so that a list grows old while one looks on.
const ttl = 2 * time.Second

// demo tells its story on out.
func demo(ctx context.Context, out io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "demo-servers-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	out = &locked{out: out}
	say := func(format string, args ...any) { fmt.Fprintf(out, "\n== "+format+"\n", args...) }

	if err := buildPrograms(ctx, dir); err != nil {
		return err
	}
	athens, err := startAthens()
	if err != nil {
		return err
	}
	defer func() { _ = athens.Close() }()

	say("A module proxy like Athens is at %s. It holds one version of each module.", athens.url)
	say("crathens reads its catalog and makes it store what is new:")
	if err := runCrathens(ctx, dir, athens.url, out); err != nil {
		return err
	}
	say("A second run finds nothing to do:")
	if err := runCrathens(ctx, dir, athens.url, out); err != nil {
		return err
	}

	cache, err := startLathens(ctx, dir, athens.url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cache.stop()) }()
	window, err := startWindow(cache.url, out)
	if err != nil {
		return err
	}
	defer func() { _ = window.Close() }()

	say("lathens stands in front of it, with a --ttl of %s. A developer asks for the first time:", ttl)
	ann, ben := filepath.Join(dir, "ann"), filepath.Join(dir, "ben")
	if err := goList(ctx, ann, window.url, out); err != nil {
		return err
	}
	say("Then a colleague, whose module cache is empty too:")
	if err := goList(ctx, ben, window.url, out); err != nil {
		return err
	}
	say("The module proxy stops. %s later the list is old. The first developer asks again, and gets it:", ttl)
	if err := athens.Close(); err != nil {
		return err
	}
	select {
	case <-time.After(ttl + 100*time.Millisecond):
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := goList(ctx, ann, window.url, out); err != nil {
		return err
	}
	say("Done; everything is stopped.")
	return nil
}
