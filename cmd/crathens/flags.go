package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"github.com/gomods/athens-kfn/internal/crathens"
	"github.com/gomods/athens-kfn/pkg/companions"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/span"
)

// lookup reads the environment.
type lookup func(name string) (value string, found bool)

// options are the command line, read and checked.
type options struct {
	crathens.Config
	help          bool
	logLevel      string
	metricsListen string

	athens, modulesFile string
	from                []string
}

func (o *options) flagSet() *flag.FlagSet {
	f := flag.NewFlagSet(program, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.Usage = func() {}
	f.StringVar(&o.athens, "athens", "", "`URL` of the Athens to warm, with its path prefix if it has one; user:password@ for basic auth, or BASIC_AUTH_USER and BASIC_AUTH_PASS")
	f.IntVar(&o.MaxVersions, "max-versions-per-module", crathens.DefaultMaxVersions, "`how many` of a module's newest versions are warmed, by semantic version; the one that @latest picks always is")
	f.IntVar(&o.Concurrency, "concurrency", crathens.DefaultConcurrency, "`how many` versions, and how many lists, are asked for in parallel")
	f.Float64Var(&o.Rate, "rate", crathens.DefaultRate, "`how many` versions are asked for per second")
	f.IntVar(&o.PageSize, "catalog-page-size", crathens.DefaultPageSize, "`how many` rows of the catalog one request reads")
	f.StringVar(&o.modulesFile, "modules-file", "", "`file` of module paths to warm in addition to those of the catalog, one a line, # for comments")
	f.Func("from", "`URL` of another Athens or its /catalog: everything stored there is warmed here; repeat it, or separate by commas, for several", func(s string) error {
		o.from = append(o.from, strings.Split(s, ",")...)
		return nil
	})
	f.DurationVar(&o.Timeout, "timeout", companions.CrathensTimeout, "`time` for one answer; the first .info of a version waits for its whole download, for which Athens takes up to "+span.Seconds(companions.AthensStash))
	f.IntVar(&o.Attempts, "attempts", crathens.DefaultAttempts, "`how often` a request is sent before it is given up; twice as often while there is no answer")
	f.StringVar(&o.metricsListen, "metrics-listen", "", "`address` for /metrics, as in :9090; empty for none")
	f.StringVar(&o.logLevel, "log-level", "", "`level`: debug, info, warn or error (default info, and warn on a terminal)")
	return f
}

// parse reads flags, and the environment for those that are not given. It
// returns every problem.
func parse(args []string, env lookup) (*options, []error) {
	o := &options{}
	f := o.flagSet()
	var problems []error
	for {
		err := f.Parse(args)
		if errors.Is(err, flag.ErrHelp) {
			return &options{help: true}, nil
		}
		if err == nil {
			break
		}
		problems = append(problems, plain(err))
		if rest := f.Args(); len(rest) < len(args) {
			args = rest
			continue
		}
		args = args[1:] // the flag package does not step over "---name"
	}
	if n := f.NArg(); n > 0 { // not shown: it may be a URL with a password
		problems = append(problems, fmt.Errorf("the last %d arguments are not flags; write --name=value", n))
	}
	given := map[string]bool{}
	f.Visit(func(fl *flag.Flag) { given[fl.Name] = true })
	f.VisitAll(func(fl *flag.Flag) {
		if value, found := env(envName(fl.Name)); found && value != "" && !given[fl.Name] {
			if err := f.Set(fl.Name, value); err != nil {
				problems = append(problems, fmt.Errorf("%s: %s cannot be read: %w", envName(fl.Name), quote.Value(value), err))
			}
		}
	})
	return o, append(problems, o.check(problems, env)...)
}

// plain writes the flag package's errors with two dashes.
func plain(err error) error {
	text := err.Error()
	for _, before := range []string{"for flag -", "not defined: -", "needs an argument: -"} {
		text = strings.Replace(text, before, before+"-", 1)
	}
	return errors.New(text)
}

func envName(name string) string {
	return "CRATHENS_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// check looks at the values, and reads what they refer to. Of flags that could
// not be read it has nothing to add.
func (o *options) check(unread []error, env lookup) (problems []error) {
	add := func(name, format string, args ...any) {
		for _, u := range unread {
			if strings.Contains(u.Error(), "--"+name+":") || strings.HasPrefix(u.Error(), envName(name)+":") {
				return
			}
		}
		problems = append(problems, fmt.Errorf("--%s: %w", name, fmt.Errorf(format, args...)))
	}
	var err error
	if o.athens == "" {
		add("athens", "is missing; write the URL of the Athens to warm")
	} else if o.Athens, err = crathens.ParseSite(o.athens); err != nil {
		add("athens", "%w", err)
	}
	user, _ := env("BASIC_AUTH_USER")
	pass, _ := env("BASIC_AUTH_PASS")
	if (user == "") != (pass == "") {
		problems = append(problems, errors.New("BASIC_AUTH_USER and BASIC_AUTH_PASS: one is empty; set both or none"))
	}
	o.Athens = o.Athens.WithLogin(user, pass)
	for _, s := range o.from {
		from, err := crathens.ParseSite(strings.TrimSpace(s))
		if err != nil {
			add("from", "%w", err)
		} else if o.athens != "" && from.String() == o.Athens.String() {
			add("from", "is the same site as --athens; write another one")
		}
		o.From = append(o.From, from)
	}
	if o.modulesFile != "" {
		paths, wrong := readModulesFile(o.modulesFile)
		o.Modules = paths
		for _, p := range wrong {
			add("modules-file", "%w", p)
		}
	}
	for _, n := range []struct {
		name  string
		value int
	}{
		{"max-versions-per-module", o.MaxVersions}, {"concurrency", o.Concurrency},
		{"catalog-page-size", o.PageSize}, {"attempts", o.Attempts},
	} {
		if n.value < 1 {
			add(n.name, "is %d; write at least 1", n.value)
		}
	}
	if !(o.Rate > 0 && o.Rate <= 1e6) { // NaN is no rate either
		add("rate", "is %v; write a number above 0, as in 2 or 0.5", o.Rate)
	}
	if o.Timeout < time.Second {
		add("timeout", "is %s; write at least 1s, and 660s or more for an Athens that downloads", o.Timeout)
	}
	if _, known := levels[o.logLevel]; !known && o.logLevel != "" {
		add("log-level", "%.200q is not a level; write debug, info, warn or error", o.logLevel)
	}
	if o.metricsListen != "" {
		if _, _, err := net.SplitHostPort(o.metricsListen); err != nil {
			add("metrics-listen", "%.200q is not an address; write host:port, as in :9090", o.metricsListen)
		}
	}
	return problems
}

func readModulesFile(name string) ([]string, []error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, []error{err}
	}
	defer file.Close() //nolint:errcheck // only read
	return crathens.ReadModules(file)
}
