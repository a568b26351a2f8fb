package gitconfig

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// Int is the value as git reads a number (parse.c): in base 10, 8 after a 0 or 16 after 0x, and times
// 1024 for each step of the units k, m and g. False where git stops.
func (s Setting) Int() (n int64, ok bool) {
	digits, factor := strings.TrimLeft(s.Value, " \t\n\v\f\r"), int64(1)
	for i, unit := range []string{"k", "m", "g"} {
		if bare, found := strings.CutSuffix(strings.ToLower(digits), unit); found {
			digits, factor = bare, 1<<(10*(i+1))
			break
		}
	}
	if strings.Contains(digits, "_") || !strings.ContainsAny(digits, "xX") && strings.ContainsAny(digits, "bBoO") {
		return 0, false // a number of Go, and not of C
	}
	n, err := strconv.ParseInt(digits, 0, 64)
	if err != nil || n > math.MaxInt64/factor || n < -math.MaxInt64/factor {
		return 0, false
	}
	return n * factor, true
}

// Off says whether the value is one of git's words for false.
func (s Setting) Off() bool {
	n, ok := s.Int()
	return ok && n == 0 || slices.Contains([]string{"false", "no", "off", ""}, strings.ToLower(s.Value))
}

// IsBool says whether git takes the value for true or false.
func (s Setting) IsBool() bool {
	n, ok := s.Int()
	return ok && int64(int32(n)) == n || s.Off() || slices.Contains([]string{"true", "yes", "on"}, strings.ToLower(s.Value))
}

// The settings of a clone, a fetch or ls-remote whose value git must be able to read: it stops
// at another one, whatever it was asked.
var (
	numbers = []string{
		"core.bigfilethreshold", "core.compression", "core.deltabasecachelimit", "core.loosecompression", "core.packedgitlimit", "core.packedgitwindowsize",
		"fetch.parallel", "fetch.unpacklimit", "http.lowspeedlimit", "http.lowspeedtime", "http.maxrequests", "http.minsessions", "http.postbuffer",
		"index.version", "pack.indexversion", "pack.packsizelimit", "pack.threads", "submodule.fetchjobs", "transfer.unpacklimit",
	}
	bools = []string{
		"core.commitgraph", "core.filemode", "core.ignorecase", "core.multipackindex", "core.prefersymlinkrefs", "core.protecthfs", "core.protectntfs",
		"core.symlinks", "core.usereplacerefs", "feature.manyfiles", "fetch.prune", "fetch.prunetags", "fetch.showforcedupdates", "fetch.writecommitgraph",
		"http.savecookies", "http.schannelcheckrevoke", "http.sslverify", "http.ssltry",
	}
)

// Unread says what git expects of the value, if it would stop at it; empty if not.
func (s Setting) Unread() string {
	if _, ok := s.Int(); !ok && slices.Contains(numbers, s.Name()) {
		return "a number: write digits, and k, m or g for KiB, MiB and GiB, as in 500m"
	}
	if !s.IsBool() && slices.Contains(bools, s.Name()) {
		return "true or false"
	}
	return ""
}
