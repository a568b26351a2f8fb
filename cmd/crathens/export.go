package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/gomods/athens-kfn/internal/airgap"
	"github.com/gomods/athens-kfn/internal/cli"
	"github.com/gomods/athens-kfn/internal/crathens"
	"github.com/gomods/athens-kfn/pkg/companions"
	"github.com/gomods/athens-kfn/pkg/quote"
)

const (
	defaultProxy = "https://proxy.golang.org"
	// parallel versions of one export, and of one import.
	parallel = 4
)

// proofFlags are what export and import need to know alike.
type proofFlags struct {
	database, without, logLevel string
}

func (p *proofFlags) add(f *flag.FlagSet) {
	f.StringVar(&p.database, "sumdb", airgap.PublicDatabase, "`database` of checksums, as GOSUMDB names it: sum.golang.org, NAME+HASH+KEY or off")
	f.StringVar(&p.without, "nosumdb", "", "`globs` of module path prefixes that the database does not know, as in GONOSUMDB: private modules, for which only go.sum files vouch")
	f.StringVar(&p.logLevel, "log-level", "info", "`level`: debug, info, warn or error")
}

// read returns the database and the log, and every problem.
func (p *proofFlags) read(stderr io.Writer) (db airgap.Database, log *slog.Logger, problems []error) {
	db, err := airgap.ParseDatabase(p.database, p.without)
	if err != nil {
		problems = append(problems, fmt.Errorf("--sumdb: %w", err))
	}
	for _, err := range checkGlobs(p.without) {
		problems = append(problems, fmt.Errorf("--nosumdb: %w", err))
	}
	level, known := levels[p.logLevel]
	if !known {
		problems = append(problems, fmt.Errorf("--log-level: %s is not a level; write debug, info, warn or error", quote.Short(p.logLevel)))
	}
	return db, slog.New(slog.NewJSONHandler(stderr, cli.LogOptions(level))), problems
}

// runExport is the command export, as run.
func runExport(ctx context.Context, args []string, env lookup, stdout, stderr io.Writer) int {
	const name = program + " export"
	e := airgap.Export{Pinned: airgap.Sums{}}
	read := crathens.Config{Concurrency: parallel, Rate: 1}
	var proof proofFlags
	var proxy string
	var goSum []string
	f := newFlags()
	f.Func("go-sum", "`file` of a go.sum whose versions are exported; repeat it for several", func(s string) error {
		goSum = append(goSum, s)
		return nil
	})
	f.StringVar(&e.To, "o", "", "`file` for the tar; until it is whole, FILE.part holds what is there, and the next run continues")
	f.Func("since", "`file` of an earlier export: the versions in it are left out, and their proofs renewed; repeat it for all that were imported", func(s string) error {
		e.Since = append(e.Since, s)
		return nil
	})
	f.StringVar(&e.Exclude, "exclude", "", "`globs` of module path prefixes, as in GOPRIVATE: these modules are left out")
	f.StringVar(&proxy, "proxy", defaultProxy, "`URL` of the module proxy that is read, such as a site's; user:password@ for basic auth, or BASIC_AUTH_USER and BASIC_AUTH_PASS")
	proof.add(f)
	f.Int64Var(&e.MaxBytes, "max-bytes", 0, "`bytes` of files above which the export fails, as a plain number; 0 for no bound")
	f.DurationVar(&read.Timeout, "timeout", companions.CrathensTimeout, "`time` for one answer")
	f.IntVar(&read.Attempts, "attempts", crathens.DefaultAttempts, "`how often` a request is sent before it is given up; twice as often while there is no answer")

	problems := readCommand(f, args, env, 0)
	if slices.Contains(problems, flag.ErrHelp) {
		usageExport(stdout, f)
		return 0
	}
	db, log, wrong := proof.read(stderr)
	problems = append(problems, wrong...)
	if e.To == "" {
		problems = append(problems, errors.New("--o: is missing; write a file, as in -o site.tar"))
	}
	if len(goSum) == 0 {
		problems = append(problems, errors.New("--go-sum: is missing; write the go.sum of what is built in the closed network"))
	}
	for _, file := range goSum {
		_, wrong := readFile(file, func(r io.Reader) ([]struct{}, []error) { return nil, e.Pinned.Read(r) })
		for _, p := range wrong {
			problems = append(problems, fmt.Errorf("--go-sum: %s: %w", quote.Short(file), p))
		}
	}
	var err error
	if read.Athens, err = crathens.ParseSite(proxy); err != nil {
		problems = append(problems, fmt.Errorf("--proxy: %w", err))
	}
	if proxy != defaultProxy { // the login is a site's
		if read.Athens, err = withLogin(read.Athens, env); err != nil {
			problems = append(problems, err)
		}
	}
	for _, err := range checkGlobs(e.Exclude) {
		problems = append(problems, fmt.Errorf("--exclude: %w", err))
	}
	if read.Attempts < 1 || read.Timeout < time.Second || e.MaxBytes < 0 {
		problems = append(problems, errors.New("--attempts, --timeout, --max-bytes: write at least 1, 1s and 0"))
	}
	if len(problems) > 0 {
		return cli.Misuse(stderr, name, problems)
	}
	read.Log, e.Log, e.Database, e.Parallel = log, log, db, parallel
	e.From = crathens.NewGetter(read)
	defer e.From.Close()
	did, problems := e.Run(ctx)
	if len(problems) > 0 {
		return report(stderr, name, problems)
	}
	log.Info("exported", "file", e.To, "versions", did.Versions, "earlier", did.Known, "bytes", did.Bytes)
	return 0
}

func newFlags() *flag.FlagSet {
	f := flag.NewFlagSet(program, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.Usage = func() {}
	return f
}

// readCommand reads flags and up to most operands.
func readCommand(f *flag.FlagSet, args []string, env lookup, most int) []error {
	problems := read(f, args, env)
	if n := f.NArg(); n > most {
		problems = append(problems, fmt.Errorf("the last %d arguments are not flags; write --name=value, before the name of a file", n-most))
	}
	return problems
}

// maxReported problems of one run are printed.
const maxReported = 100

// report prints what went wrong, and returns the exit code for it.
func report(stderr io.Writer, name string, problems []error) int {
	for i, p := range problems {
		if i == maxReported {
			fmt.Fprintf(stderr, "%s: error: %d more\n", name, len(problems)-i)
			break
		}
		fmt.Fprintf(stderr, "%s: error: %s\n", name, quote.Text(p.Error()))
	}
	return 1
}

func usageExport(w io.Writer, f *flag.FlagSet) {
	fmt.Fprint(w, `Usage: crathens export --go-sum=FILE -o=TAR [flags]

Writes a tar for a network without internet access: the versions that go.sum
files pin, and the checksum database's proofs of them. All of it is verified,
against the database's signature and the go.sum files. If anything is missing or
wrong, every problem is listed and no tar is written. Read the tar with crathens
import. Each flag is also read from the environment, as CRATHENS_<FLAG>.

Flags:
`)
	cli.PrintFlags(w, f)
	fmt.Fprint(w, `
Exit code: 0 the tar is written, 1 it is not, 2 wrong usage.

Example:
  crathens export --go-sum=app/go.sum --go-sum=tools/go.sum -o=site-1.tar
  crathens export --go-sum=app/go.sum --since=site-1.tar -o=site-2.tar
`)
}
