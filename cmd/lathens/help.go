package main

import (
	"fmt"
	"io"

	"github.com/gomods/athens-kfn/internal/cli"
)

func usage(w io.Writer) {
	fmt.Fprintf(w, `Usage: %s --upstream=URL [flags]

Serves a Go module proxy through a cache of what Athens asks upstream on every
call: /{module}/@v/list, /{module}/@latest and the checksum databases below
/sumdb/. Everything else is passed on. The header X-Lathens reports the result:
  hit       from the cache, fresh; Age is its age in seconds
  stale     from the cache, old: being fetched again, or the upstream fails
  miss      asked upstream
  negative  from the cache: there is no such module, or no version of it, or the
            upstream failed less than five seconds ago
  bypass    passed on: another path, a caller with Authorization, or a list above
            1 MiB
  rejected  429, because --max-waiting callers wait; retry after Retry-After. 405
            for other methods than GET and HEAD

Flags:
`, program)
	cli.PrintFlags(w, (&options{}).flagSet())
	fmt.Fprint(w, `
Environment:
  OTEL_EXPORTER_OTLP_ENDPOINT  where traces go (OTLP over HTTP, port 4318); none
                               without it. The other OTEL_ variables work too.
  GOMEMLIMIT                   memory of the whole program, which makes Go collect
                               garbage in time (default: what --max-bytes,
                               --max-upstream and --max-waiting come to)

Exit code: 0 stopped by a signal, 1 cannot serve, 2 wrong usage.

Example:
  lathens --upstream=http://localhost:3000 --listen=localhost:8080
  curl -i localhost:8080/golang.org/x/mod/@v/list
`)
}
