// Package crathens makes an Athens store new versions before a client asks for
// them. It reads Athens' catalog, asks Athens for each module's list, and asks
// for the .info of the newest versions that are not stored yet, which makes
// Athens store them. It sends these requests and no others: GET /catalog, GET of
// a module's @v/list, @latest, .info, and .mod for what its newest version
// retracts; HEAD of a .zip only with Config.MaxBytes.
package crathens

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/mod/module"
)

// Defaults of the command's flags. A Config has none.
const (
	// DefaultMaxVersions of a module are warmed.
	DefaultMaxVersions = 20
	// DefaultConcurrency leaves most of Athens' 10 download workers to people.
	DefaultConcurrency = 2
	// DefaultRate is in .info requests a second.
	DefaultRate = 2
	// DefaultPageSize is Athens' own (v0.18.0, cmd/proxy/actions/catalog.go).
	DefaultPageSize = 1000
	// DefaultAttempts of one request. An Athens that is away gets twice as
	// many, which are three minutes of waiting: longer than a pod needs to
	// start.
	DefaultAttempts = 4
)

// Config is one walk. All fields are required unless they say otherwise.
type Config struct {
	// Athens is the site to warm.
	Athens Site

	// From are sites whose catalogs are read too: everything in them that Athens
	// does not store is asked for, however old. Optional.
	From []Site

	// Modules are module paths to warm beside the catalog's. Optional.
	Modules []string

	// Pinned are versions to warm however old: those of go.sum files. GoSums are
	// the URLs of more such files; see ParseGoSumURL. Optional.
	Pinned []module.Version
	GoSums []Site

	// Allow and Exclude are comma-separated globs of module path prefixes, as in
	// GOPRIVATE: only modules that match Allow, if it is there, and do not match
	// Exclude are warmed. Optional.
	Allow, Exclude string

	// MaxBytes ends the walk when so many bytes of zips are warmed, and
	// MaxDuration after so long; what is under way is finished first, within
	// Grace. 0 is no bound.
	MaxBytes    int64
	MaxDuration time.Duration

	// DryRun asks for nothing that Athens does not store: neither .info nor the
	// .mod of a version that is not there.
	DryRun bool

	// Record gets each result, from several goroutines at once. Optional.
	Record func(Result)

	// MaxVersions is how many of a module's newest versions are warmed; see
	// newest. At least 1.
	MaxVersions int

	// Concurrency is how many .info requests are under way at once, and how
	// many lists. At least 1.
	Concurrency int

	// Rate is how many .info requests are sent in a second. Lists cost Athens
	// little and are bounded by Concurrency alone. More than 0.
	Rate float64

	// PageSize is how many rows of the catalog are asked for at once. At
	// least 1.
	PageSize int

	// MaxCatalogBytes is how much memory what is kept of catalogs may take: their
	// modules and versions. A walk whose catalog is larger does nothing.
	MaxCatalogBytes int64

	// Timeout of one attempt, the body included.
	Timeout time.Duration

	// Attempts is how often a request is sent before it is given up. At
	// least 1.
	Attempts int

	// Grace is how long requests that are under way may still take after the
	// walk was stopped. An Athens whose client hangs up kills the download,
	// and others may wait for it. 0 cuts them off.
	Grace time.Duration

	// Start is the module that the walk begins with: the Start-th, modulo
	// their number, in the order of their names. Walks that begin anywhere
	// reach every module in the end, even if a deadline cuts each of them
	// short. Optional.
	Start uint64

	// Transport sends the requests. Optional: NewTransport.
	Transport http.RoundTripper

	// Log gets what happens. Never credentials.
	Log *slog.Logger

	// Metrics gets the walk's metrics. Optional.
	Metrics prometheus.Registerer
}
