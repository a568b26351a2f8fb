package main

import (
	"fmt"
	"io"

	"github.com/gomods/athens-kfn/internal/cli"
)

func usage(w io.Writer) {
	fmt.Fprintf(w, `Usage: %s --athens=URL [flags]

Warms an Athens: reads its catalog, asks it for each module's list, and asks
for the .info of new versions, which makes Athens store them. What is stored
already is not asked for again, so a run that was cut short goes on with the
next one. Each flag is read from the environment too, as CRATHENS_<FLAG>.

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

Exit code: 0 all done, 1 something failed for good or was left undone, 2 wrong
usage. What is stored and gone upstream (404, 410) is named, and is no failure
unless that is so for all of several modules, or for most of ten or more: then
Athens may not reach upstream.

Example:
  crathens --athens=http://localhost:3000 --max-versions-per-module=5
`)
}
