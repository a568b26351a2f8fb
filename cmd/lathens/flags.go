package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/gomods/athens-kfn/internal/lathens"
	"github.com/gomods/athens-kfn/pkg/companions"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// options are the command line, read and checked.
type options struct {
	lathens.Config
	help       bool
	upstream   string
	listen     string
	pprof      string
	logLevel   slog.Level
	drainDelay time.Duration
}

func (o *options) flagSet() *flag.FlagSet {
	f := flag.NewFlagSet(program, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.Usage = func() {}
	f.StringVar(&o.upstream, "upstream", "", "`URL` of the module proxy behind the cache, with its path prefix if it has one")
	f.StringVar(&o.listen, "listen", ":8080", "`address` to serve on, with /healthz, /readyz and /metrics")
	f.DurationVar(&o.TTL, "ttl", companions.LathensTTL, "`time` for which a list is fresh")
	f.DurationVar(&o.NegativeTTL, "negative-ttl", companions.LathensNegativeTTL, "`time` for which 404, 410 and an empty list are cached, and a failing list is not asked for again")
	f.DurationVar(&o.StaleWhileRevalidate, "stale-while-revalidate", companions.LathensStaleWhileRevalidate, "`time` after --ttl in which a stale list is served immediately while a fresh one is fetched")
	f.DurationVar(&o.StaleIfError, "stale-if-error", companions.LathensStaleIfError, "`time` after --ttl in which a stale list is served when the upstream fails or answers 404")
	f.Int64Var(&o.MaxBytes, "max-bytes", companions.LathensMaxBytes, "`bytes` of memory for the cached lists, as a plain number; checksums get half as much beside it")
	f.IntVar(&o.MaxUpstream, "max-upstream", companions.LathensMaxUpstream, "`how many` lists are asked for upstream in parallel; three quarters at most of one host, and half of one owner")
	f.IntVar(&o.MaxWaiting, "max-waiting", companions.LathensMaxWaiting, "`how many` callers wait for lists that are asked for upstream; the others get a stale list or 429")
	f.DurationVar(&o.UpstreamTimeout, "upstream-timeout", companions.LathensUpstreamTimeout, "`time` for one list, including one retry and the wait for its turn")
	f.DurationVar(&o.SumDBTimeout, "sumdb-timeout", companions.LathensSumDBTimeout, "`time` for one answer of a checksum database, including one retry and the wait for its turn")
	f.DurationVar(&o.drainDelay, "drain-delay", companions.LathensDrainDelay, "`time` between SIGTERM, when /readyz turns 503, and the closing of the port")
	f.StringVar(&o.pprof, "pprof", "", "`address` for /debug/pprof/, as in localhost:6060; empty for none")
	f.TextVar(&o.logLevel, "log-level", slog.LevelInfo, "`level`: debug, info, warn or error")
	return f
}

// parse reads the flags. It returns every problem with their values; of those
// that cannot be read the flag package tells the first.
func parse(args []string) (*options, []error) {
	o := &options{}
	f := o.flagSet()
	switch err := f.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return &options{help: true}, nil
	case err != nil:
		return o, []error{err}
	case f.NArg() > 0:
		return o, []error{fmt.Errorf("%s is not a flag; write --name=value", quote.Value(f.Arg(0)))}
	}
	return o, o.check()
}

func (o *options) check() (problems []error) {
	add := func(name, format string, args ...any) {
		problems = append(problems, fmt.Errorf("--%s: %s", name, fmt.Sprintf(format, args...)))
	}
	var err error
	if o.Upstream, err = parseUpstream(o.upstream); err != nil {
		add("upstream", "%v", err)
	}
	for _, t := range []struct {
		name  string
		value time.Duration
		least time.Duration
	}{
		{"ttl", o.TTL, 1}, {"negative-ttl", o.NegativeTTL, 0},
		{"stale-while-revalidate", o.StaleWhileRevalidate, 0}, {"stale-if-error", o.StaleIfError, 0},
		{"upstream-timeout", o.UpstreamTimeout, 1}, {"sumdb-timeout", o.SumDBTimeout, 1}, {"drain-delay", o.drainDelay, 0},
	} {
		switch {
		case t.value >= t.least:
		case t.least > 0:
			add(t.name, "is %s; write a time above 0, as in 60s", t.value)
		default:
			add(t.name, "is %s; write 0s or more", t.value)
		}
	}
	if o.MaxBytes < lathens.MinMaxBytes {
		add("max-bytes", "is %d; write at least %d", o.MaxBytes, lathens.MinMaxBytes)
	}
	for _, n := range []struct {
		name  string
		value int
	}{{"max-upstream", o.MaxUpstream}, {"max-waiting", o.MaxWaiting}} {
		if n.value < 1 {
			add(n.name, "is %d; write at least 1", n.value)
		}
	}
	for _, a := range []struct{ name, address string }{{"listen", o.listen}, {"pprof", o.pprof}} {
		if _, _, err := net.SplitHostPort(a.address); err != nil && (a.address != "" || a.name == "listen") {
			add(a.name, "%s is not an address; write host:port, as in :8080", quote.Value(a.address))
		}
	}
	return problems
}

func parseUpstream(text string) (*url.URL, error) {
	if text == "" {
		return nil, errors.New("is missing; write the URL of the module proxy behind the cache")
	}
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, errors.New("cannot be read as a URL") // not shown: it may hold a password
	case u.User != nil:
		return nil, errors.New("holds a password; lathens serves every client and must not have one")
	case (u.Scheme != "http" && u.Scheme != "https") || u.Host == "":
		return nil, fmt.Errorf("%s is not the URL of a proxy; write http:// or https:// and a host", quote.Value(text))
	case u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("%s has a query or a fragment; write the URL without ? and #", quote.Value(text))
	}
	u.Path = strings.TrimSuffix(u.Path, "/")
	return u, nil
}
