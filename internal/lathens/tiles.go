package lathens

import (
	"strconv"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/gomods/athens-kfn/internal/goproxy"
)

// fromWiderTile makes a partial tile of a checksum database from one of the same
// place that has more hashes, which begins with it; nil where none is cached. A
// go command asks for the width that the tree had when its checksum was looked up,
// so one that asks in another order than the first asks for other widths.
func (s *store) fromWiderTile(path string) *answer {
	full, height, width, ok := goproxy.PartialTile(path)
	if !ok {
		return nil
	}
	for wider := 1 << height; wider > width; wider-- {
		name := full
		if wider < 1<<height {
			name += ".p/" + strconv.Itoa(wider)
		}
		a, found := s.cache.GetIfPresent(name)
		if found && a.verdict() == good && len(a.body) == wider*goproxy.HashSize {
			body := a.body[:width*goproxy.HashSize]
			return &answer{head: a.head, body: body, etag: etag(body), fetched: a.fetched}
		}
	}
	return nil
}

// store is what answers of one kind share: their cache, and the calls for them.
type store struct {
	cache    *otter.Cache[string, *answer]
	calls    *calls
	maxEntry int64
	timeout  time.Duration // of one call
}
