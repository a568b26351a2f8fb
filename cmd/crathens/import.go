package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"

	"github.com/gomods/athens-kfn/internal/airgap"
	"github.com/gomods/athens-kfn/internal/cli"
)

// runImport is the command import, as run.
func runImport(ctx context.Context, args []string, env lookup, stdout, stderr io.Writer) int {
	const name = program + " import"
	i := airgap.Import{Parallel: parallel}
	var proof proofFlags
	var serve, athens string
	f := newFlags()
	f.StringVar(&i.To, "dir", "", "`directory` to write into; GOPROXY=file:///DIR reads it")
	f.StringVar(&serve, "serve", "", "`address` on which the directory is served as a module proxy, as in :8080: while crathens warms --athens, or until SIGTERM without it")
	f.StringVar(&athens, "athens", "", "`URL` of an Athens that stores all versions in the directory; its upstream is --serve, or the directory")
	proof.add(f)

	problems := readCommand(f, args, env, 1)
	if slices.Contains(problems, flag.ErrHelp) {
		usageImport(stdout, f)
		return 0
	}
	db, log, wrong := proof.read(stderr)
	problems = append(problems, wrong...)
	if i.To == "" {
		problems = append(problems, errors.New("--dir: is missing; write the directory for the modules"))
	}
	if i.From = f.Arg(0); i.From == "" && serve == "" && athens == "" {
		problems = append(problems, errors.New("the name of the tar is missing; write it last"))
	}
	if athens != "" {
		_, wrong := parse([]string{"--athens=" + athens}, env)
		problems = append(problems, wrong...)
	}
	if len(problems) > 0 {
		return cli.Misuse(stderr, name, problems)
	}
	i.Log, i.Database = log, db
	if i.From != "" {
		did, problems := i.Run(ctx)
		if len(problems) > 0 {
			return report(stderr, name, problems)
		}
		log.Info("imported", "directory", i.To, "versions", did.Versions, "earlier", did.Known, "bytes", did.Bytes)
	}
	if serve != "" {
		root, err := os.OpenRoot(i.To)
		if err != nil {
			return report(stderr, name, []error{err})
		}
		defer root.Close() //nolint:errcheck // only read
		stop, err := cli.Serve(serve, "modules", http.FileServerFS(root.FS()), log)
		if err != nil {
			return report(stderr, name, []error{fmt.Errorf("--serve: %w", err)})
		}
		defer stop()
	}
	switch {
	case athens != "":
		return run(ctx, []string{"--athens=" + athens, "--go-sum=" + filepath.Join(i.To, "go.sum"), "--log-level=" + proof.logLevel}, env, stdout, stderr)
	case serve != "":
		<-ctx.Done()
	}
	return 0
}

func usageImport(w io.Writer, f *flag.FlagSet) {
	fmt.Fprint(w, `Usage: crathens import --dir=DIR [flags] [TAR]

Reads a tar of crathens export into a directory that the go command reads with
GOPROXY=file:///DIR, checksum database included. All of it is verified, against
the database's signature. Other files of the directory are kept. Repeat a
run that was cut short. Each flag is also read from the environment, as
CRATHENS_<FLAG>.

Flags:
`)
	cli.PrintFlags(w, f)
	fmt.Fprint(w, `
Exit code: 0 all done, 1 something is missing or wrong, 2 wrong usage.

Example:
  crathens import --dir=/srv/modules site-1.tar
  crathens import --dir=/srv/modules --serve=:8080 --athens=http://athens:3000 site-2.tar
`)
}
