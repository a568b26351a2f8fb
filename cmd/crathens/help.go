package main

import (
	"fmt"
	"io"

	"github.com/gomods/athens-kfn/internal/cli"
)

func usage(w io.Writer) {
	fmt.Fprintf(w, `Usage: %s --athens=URL [flags]
       crathens export, crathens import: modules for a network without internet
       access; see their --help

Warms an Athens: reads its catalog, asks it for each module's list, and asks
for the .info of new versions, which makes Athens store them. Versions that
are stored are not asked for again, so the next run continues one that was cut
short. Versions that the go.mod of a module's newest version retracts are
skipped. Each flag is also read from the environment, as CRATHENS_<FLAG>.

Flags:
`, program)
	cli.PrintFlags(w, (&options{}).flagSet())
	fmt.Fprint(w, `
Environment:
  OTEL_EXPORTER_OTLP_ENDPOINT  where traces go (OTLP over HTTP, port 4318); none
                               without it. The other OTEL_ variables work too.
  GOMEMLIMIT                   memory of the whole program (default 104MiB); half of
                               it is for the names in the catalogs, which takes
                               about 200,000 modules

Exit code: 0 all done, 1 something failed permanently or was left undone, 2 wrong
usage. A run that --max-bytes or --max-duration ends has left something undone.
Stored versions that are gone upstream (404, 410) are listed. They count as a
failure only if they are all of several modules, or most of ten or more: then
Athens may not reach upstream.

Example:
  crathens --athens=http://localhost:3000 --max-versions-per-module=5
  crathens --athens=http://localhost:3000 --go-sum=go.sum --dry-run
`)
}
