package gitconfig

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Int is the value as git reads a number (parse.c): in base 10, 8 after a 0 or 16 after 0x, and times
// 1024 for each step of the units k, m and g. False where git stops.
func (s Setting) Int() (n int64, ok bool) {
	size, negative, ok := s.magnitude()
	if !ok || size > math.MaxInt64 {
		return 0, false
	}
	if n = int64(size); negative {
		n = -n
	}
	return n, true
}

// magnitude of a number, and whether a minus is before it.
func (s Setting) magnitude() (n uint64, negative, ok bool) {
	digits, factor := strings.TrimLeft(s.Value, " \t\n\v\f\r"), uint64(1)
	for i, unit := range []string{"k", "m", "g"} {
		if bare, found := strings.CutSuffix(strings.ToLower(digits), unit); found {
			digits, factor = bare, 1<<(10*(i+1))
			break
		}
	}
	if strings.Contains(digits, "_") || !strings.ContainsAny(digits, "xX") && strings.ContainsAny(digits, "bBoO") {
		return 0, false, false // a number of Go, and not of C
	}
	bare, negative := strings.CutPrefix(digits, "-")
	if !negative {
		bare = strings.TrimPrefix(digits, "+")
	}
	if strings.Trim(bare[:min(1, len(bare))], "0123456789") != "" {
		return 0, false, false // a second sign
	}
	n, err := strconv.ParseUint(bare, 0, 64)
	if err != nil || n > math.MaxUint64/factor {
		return 0, false, false
	}
	return n * factor, negative, true
}

// Off says whether the value is one of git's words for false.
func (s Setting) Off() bool {
	n, ok := s.Int()
	return ok && n == 0 || slices.Contains(noes, strings.ToLower(s.Value))
}

var noes = []string{"false", "no", "off", ""}

// IsBool says whether git takes the value for true or false.
func (s Setting) IsBool() bool {
	return s.within(-math.MaxInt32, math.MaxInt32) || s.Off() || slices.Contains([]string{"true", "yes", "on"}, strings.ToLower(s.Value))
}

// within says whether the value is a number of a range. Where git stores it without a sign,
// most is above those with one, and git refuses any minus.
func (s Setting) within(least int64, most uint64) bool {
	n, negative, ok := s.magnitude()
	if negative {
		return ok && least <= 0 && most <= math.MaxInt64 && n <= uint64(-least)
	}
	return ok && n <= most && (least <= 0 || n >= uint64(least))
}

// number is settings that git reads as numbers of a range.
type number struct {
	keys  string
	least int64
	most  uint64
	// words that git takes too.
	words []string
}

// The settings whose value git must be able to read when the go command runs it (init, ls-remote, fetch,
// tag, log, cat-file, archive) or a clone: it stops at another one, whatever it was asked. The ranges are
// those of git 2.39.
var (
	numbers = []number{
		{keys: "core.abbrev", least: 4, most: 40, words: append([]string{"auto"}, noes...)},
		{keys: "core.compression core.loosecompression pack.compression", least: -1, most: 9},
		{keys: "pack.indexversion", most: 2},
		{keys: "diff.context diff.interhunkcontext fetch.parallel pack.threads submodule.fetchjobs", most: math.MaxInt32},
		{keys: "core.bigfilethreshold core.deltabasecachelimit core.packedgitlimit core.packedgitwindowsize pack.packsizelimit", most: math.MaxUint64},
		{keys: "tar.umask", least: -math.MaxInt32, most: math.MaxInt32, words: []string{"user"}},
		{keys: "http.postbuffer", least: -math.MaxInt64, most: math.MaxInt64},
		{keys: "commitgraph.generationversion core.filesreflocktimeout core.packedrefstimeout diff.renamelimit diff.statgraphwidth fetch.unpacklimit " +
			"format.filenamemaxlength http.lowspeedlimit http.lowspeedtime http.maxrequests http.minsessions index.version transfer.unpacklimit",
			least: -math.MaxInt32, most: math.MaxInt32},
	}
	// choices are true, false and some words.
	choices = map[string]string{
		"branch.autosetupmerge": "always inherit simple", "core.autocrlf": "input", "core.logallrefupdates": "always", "core.safecrlf": "warn",
		"diff.renames": "copies copy", "http.emptyauth": "auto", "http.followredirects": "initial",
	}
	bools = strings.Fields("clone.rejectshallow commitgraph.readchangedpaths core.bare core.commitgraph core.filemode core.ignorecase core.ignorestat core.multipackindex " +
		"core.precomposeunicode core.prefersymlinkrefs core.preloadindex core.protecthfs core.protectntfs core.quotepath core.sparsecheckout core.sparsecheckoutcone " +
		"core.symlinks core.trustctime core.usereplacerefs core.warnambiguousrefs diff.autorefreshindex diff.indentheuristic diff.mnemonicprefix diff.noprefix " +
		"diff.suppressblankempty feature.experimental feature.manyfiles fetch.fsckobjects fetch.prune fetch.prunetags fetch.showforcedupdates fetch.writecommitgraph " +
		"gc.writecommitgraph http.noepsv http.proxysslcertpasswordprotected http.savecookies http.schannelcheckrevoke http.schannelusesslcainfo " +
		"http.sslcertpasswordprotected http.ssltry http.sslverify index.sparse log.abbrevcommit log.follow log.mailmap log.showroot maintenance.auto " +
		"pack.usesparse pack.writereverseindex submodule.recurse tag.forcesignannotated tag.gpgsign transfer.advertisesid transfer.fsckobjects user.useconfigonly")
)

// Unread says what git expects of the value, if it would stop at it; empty if not.
func (s Setting) Unread() string {
	if s.Subsection != "" && s.Section != "http" {
		return "" // git has no such setting, but for servers
	}
	for _, n := range numbers {
		switch {
		case !slices.Contains(strings.Fields(n.keys), s.Name()), s.within(n.least, n.most), slices.Contains(n.words, strings.ToLower(s.Value)):
		case n.most <= 40:
			return fmt.Sprintf("a number from %d to %d", n.least, n.most)
		case n.most == math.MaxUint64 || n.least == 0 && n.most == math.MaxInt32:
			return "a number from 0: write digits, and k, m or g for KiB, MiB and GiB, as in 500m"
		case n.most == math.MaxInt32:
			return "a number below 2g: write digits, and k or m for times 1024 and 1024²"
		default:
			return "a number: write digits, and k, m or g for KiB, MiB and GiB, as in 500m"
		}
	}
	if s.IsBool() {
		return ""
	}
	value := s.Value
	if s.Section == "core" || s.Section == "diff" { // whose words git compares in any case
		value = strings.ToLower(value)
	}
	if words, found := choices[s.Name()]; found && !slices.Contains(strings.Fields(words), value) {
		return "true, false, " + strings.Join(strings.Fields(words), ", ")
	}
	if slices.Contains(bools, s.Name()) {
		return "true or false"
	}
	return ""
}
