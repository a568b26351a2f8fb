package lathens

import (
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/gomods/athens-kfn/internal/goproxy"
)

// overhead in bytes of one cached answer beside key and body: the answer
// (96), its ETag, otter's node (80), their slots in the hash table and the frequency
// sketch, and what the allocator rounds up. Measured by test/bench-lathens with
// short bodies, where it counts most.
const overhead = 304

// weight is the memory that an answer costs, its headers as if no other answer
// shared them: an upstream may give each its own. An eighth more is room for
// garbage: without it a full cache would keep the collector busy, and the
// program around it would not stay below 30 MiB.
func weight(key string, a *answer) uint32 {
	head := a.head.Value()
	n := len(key) + cap(a.body) + cap(a.zipped) + head.size() + overhead
	return uint32(n + n/8)
}

// maxEntry is the size from which on a body is not cached: 1 MiB, which is 20
// times the longest list known, and less in a small cache. It also bounds what
// MaxUpstream calls hold in memory.
func maxEntry(maxBytes int64) int64 { return min(1<<20, maxBytes/16) }

// maxSum is the size from which on what a checksum database says is not cached: a
// tile has 8 KiB, and one of records some 40.
const maxSum = 64 << 10

// newCache is the store. Otter, because a stored answer is there for the next
// caller at once (ristretto may drop or delay it), each entry has a weight and
// a lifetime of its own, and reads take no lock. Its loading is left aside: it
// knows neither stale answers in place of failures nor a limit on calls.
func newCache(cfg *Config, maxBytes int64) *otter.Cache[string, *answer] {
	return otter.Must(&otter.Options[string, *answer]{
		MaximumWeight: uint64(maxBytes),
		Weigher:       weight,
		ExpiryCalculator: otter.ExpiryWritingFunc(func(e otter.Entry[string, *answer]) time.Duration {
			return cfg.life(e.Key, e.Value.verdict())
		}),
	})
}

// ttl is how long a good answer is fresh.
func (c *Config) ttl(path string) time.Duration {
	if goproxy.Immutable(path) {
		return forever
	}
	return c.TTL
}

// forever is as long as the program runs.
const forever = 10 * 365 * 24 * time.Hour

// life is how long an answer is kept.
func (c *Config) life(path string, v verdict) time.Duration {
	switch v {
	case negative:
		return c.NegativeTTL
	case failed:
		return min(c.NegativeTTL, retryLater)
	case oversized:
		return c.TTL
	}
	return c.ttl(path) + max(c.StaleWhileRevalidate, c.StaleIfError)
}
