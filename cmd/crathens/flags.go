package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"path"
	"slices"
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
	summaryFile         string
	from, goSum         []string
}

func (o *options) flagSet() *flag.FlagSet {
	f := newFlags()
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
	f.Func("go-sum", "`file or URL` of a go.sum whose versions are warmed too, however old, retracted ones as well; a URL is https, or of this machine, and its redirects are not followed; repeat it for several", func(s string) error {
		o.goSum = append(o.goSum, s)
		return nil
	})
	f.StringVar(&o.Allow, "allow", "", "`globs` of module path prefixes, as in GOPRIVATE: no other modules are warmed; empty for all")
	f.StringVar(&o.Exclude, "exclude", "", "`globs` of module path prefixes, as in GOPRIVATE: these modules are not warmed")
	f.Int64Var(&o.MaxBytes, "max-bytes", 0, "`bytes` of zips after which the run ends, as a plain number; 0 for no bound. It asks for each zip's size (HEAD), which the policies of a site refuse to its own crathens")
	f.DurationVar(&o.MaxDuration, "max-duration", 0, "`time` after which the run ends; 0s for no bound")
	f.BoolVar(&o.DryRun, "dry-run", false, "`true` to warm nothing, and to print what would be warmed, one module@version a line")
	f.StringVar(&o.summaryFile, "summary", "", "`file` for a summary in JSON: what was warmed, skipped, gone and failed, each with its reason, in the order of the run")
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
	problems := read(f, args, env)
	if slices.Contains(problems, flag.ErrHelp) {
		return &options{help: true}, nil
	}
	if n := f.NArg(); n > 0 { // not shown: it may be a URL with a password
		problems = append(problems, fmt.Errorf("the last %d arguments are not flags; write --name=value", n))
	}
	return o, append(problems, o.check(problems, env)...)
}

// read reads flags, and the environment for those that are not given. It returns
// every problem, or flag.ErrHelp among them.
func read(f *flag.FlagSet, args []string, env lookup) (problems []error) {
	for {
		err := f.Parse(args)
		if err == nil {
			break
		}
		if errors.Is(err, flag.ErrHelp) {
			return []error{flag.ErrHelp}
		}
		problems = append(problems, plain(err))
		if rest := f.Args(); len(rest) < len(args) {
			args = rest
			continue
		}
		args = args[1:] // the flag package does not step over "---name"
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
	return problems
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
	if o.Athens, err = withLogin(o.Athens, env); err != nil {
		problems = append(problems, err)
	}
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
		paths, wrong := readFile(o.modulesFile, crathens.ReadModules)
		o.Modules = paths
		for _, p := range wrong {
			add("modules-file", "%w", p)
		}
	}
	for _, name := range o.goSum {
		if strings.Contains(name, "://") {
			from, err := crathens.ParseGoSumURL(name)
			if err != nil {
				add("go-sum", "%w", err)
			}
			o.GoSums = append(o.GoSums, from)
			continue
		}
		pinned, wrong := readFile(name, crathens.ReadGoSum)
		o.Pinned = append(o.Pinned, pinned...)
		for _, p := range wrong {
			add("go-sum", "%s: %w", quote.Short(name), p)
		}
	}
	for _, globs := range []struct{ name, value string }{{"allow", o.Allow}, {"exclude", o.Exclude}} {
		for _, err := range checkGlobs(globs.value) {
			add(globs.name, "%w", err)
		}
	}
	if o.MaxBytes < 0 {
		add("max-bytes", "is %d; write bytes, or 0 for no bound", o.MaxBytes)
	}
	if o.MaxDuration < 0 {
		add("max-duration", "is %s; write a time such as 30m, or 0s for no bound", o.MaxDuration)
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

func checkGlobs(value string) (problems []error) {
	for glob := range strings.SplitSeq(value, ",") {
		if _, err := path.Match(glob, ""); err != nil || glob == "" && value != "" || strings.ContainsAny(glob, " \t") {
			problems = append(problems, fmt.Errorf("%s is not a glob; write some, as in example.com/*,golang.org/x", quote.Value(glob)))
		}
	}
	return problems
}

func withLogin(site crathens.Site, env lookup) (crathens.Site, error) {
	user, _ := env("BASIC_AUTH_USER")
	pass, _ := env("BASIC_AUTH_PASS")
	if (user == "") != (pass == "") {
		return site, errors.New("BASIC_AUTH_USER and BASIC_AUTH_PASS: one is empty; set both or none")
	}
	return site.WithLogin(user, pass), nil
}

func readFile[T any](name string, read func(io.Reader) ([]T, []error)) ([]T, []error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, []error{err}
	}
	defer file.Close() //nolint:errcheck // only read
	return read(file)
}
