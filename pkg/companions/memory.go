package companions

// Memory is what a container needs, in bytes.
type Memory struct {
	// Limit is the container's limit, and its request: a server that is killed
	// loses its cache and all who wait.
	Limit int64
	// Go is GOMEMLIMIT, below which Go collects its garbage in time. The rest
	// of Limit is the kernel's and the program's own text.
	Go int64
}

const (
	kibi = 1 << 10
	mebi = 1 << 20
)

// What lathens holds. Measured with 10,000 callers of one list, with the longest
// request lines: cmd/lathens runs them under Limit.
const (
	perCaller       = 20 * kibi // two goroutines, their buffers, the request
	perCallerKernel = 4 * kibi  // a socket
	// The longest list that is cached, while it is read, and five answers of
	// checksum databases of 64 KiB.
	perUpstream    = 2*mebi + 5*64*kibi
	lathensProgram = 24 * mebi // at rest, metrics and traces with it
	lathensText    = 16 * mebi // the program's file, mapped
)

// roundTo is for people who read manifests.
const roundTo = 16 * mebi

// LathensSumDBBytes of cached checksums are beside maxBytes of lists.
func LathensSumDBBytes(maxBytes int64) int64 { return maxBytes / 2 }

// LathensMemory is what a lathens needs with these flags.
func LathensMemory(maxBytes int64, maxUpstream, maxWaiting int) Memory {
	use := maxBytes + LathensSumDBBytes(maxBytes) + int64(maxUpstream)*perUpstream + int64(maxWaiting)*perCaller + lathensProgram
	limit := use + int64(maxWaiting)*perCallerKernel + lathensText
	limit = (limit + roundTo - 1) / roundTo * roundTo
	return Memory{Limit: limit, Go: (use + mebi - 1) / mebi * mebi}
}

// CrathensMemory is what a crathens needs: as much as it has, because half of Go
// is for the names in the catalogs. cmd/crathens reads hostile ones under Limit.
func CrathensMemory() Memory {
	return Memory{Limit: 128 * mebi, Go: 104 * mebi}
}
