package lathens

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gomods/athens-kfn/internal/goproxy"
	"github.com/gomods/athens-kfn/pkg/companions"
)

const (
	sumsPath   = "/sumdb/sum.example.com"
	lookupPath = sumsPath + "/lookup/example.com/mod@v1.0.0"
	tilePath   = sumsPath + "/tile/8/0/001"
)

// What a checksum database has said once is served from then on, whatever becomes
// of it; what changes is fresh for as long as a list.
func TestChecksumsOutliveTheirDatabase(t *testing.T) {
	bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
		for _, path := range []string{lookupPath, tilePath} {
			up.says(200, "signed")
			want(t, path, get(p, path), 200, "miss", "0", "signed")
			up.says(502, "stopped")
			time.Sleep(48 * time.Hour)
			want(t, path, get(p, path), 200, "hit", "172800", "signed")
		}
		for path, body := range map[string]string{sumsPath + "/supported": "", sumsPath + "/latest": "signed"} {
			up.says(200, body)
			want(t, path, get(p, path), 200, "miss", "0", body)
			time.Sleep(DefaultTTL - time.Second)
			want(t, path, get(p, path), 200, "hit", "59", body)
			up.says(502, "stopped")
			time.Sleep(DefaultStaleIfError)
			want(t, path, get(p, path), 200, "stale", "86459", body)
			time.Sleep(DefaultNegativeTTL + DefaultTTL)
			want(t, path, get(p, path), 500, "miss", "0", "stopped")
		}
	})
}

// A checksum that is not there, and an Athens that no longer passes a database on,
// is told as it is.
func TestChecksumsThatAreGone(t *testing.T) {
	bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
		up.says(404, "not found: unknown revision")
		want(t, "first", get(p, lookupPath), 404, "miss", "0", "not found: unknown revision")
		up.says(200, "signed")
		time.Sleep(DefaultNegativeTTL)
		want(t, "later", get(p, lookupPath), 200, "miss", "0", "signed")

		want(t, "passed on", get(p, sumsPath+"/supported"), 200, "miss", "0", "signed")
		up.says(404, "none")
		time.Sleep(DefaultTTL)
		get(p, sumsPath+"/supported")
		synctest.Wait()
		want(t, "no longer", get(p, sumsPath+"/supported"), 404, "negative", "0", "none")
	})
}

// A partial tile is the beginning of a wider one.
func TestTilesFromWiderTiles(t *testing.T) {
	hashes := func(n int) string {
		return strings.Repeat("0123456789abcdef0123456789abcdef", n-1) + strings.Repeat("x", goproxy.HashSize)
	}
	for name, wider := range map[string]string{"full": tilePath, "partial": tilePath + ".p/200"} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
				width := map[string]int{"full": 256, "partial": 200}[name]
				up.says(200, hashes(width))
				get(p, wider)
				up.says(502, "stopped")
				want(t, "narrower", get(p, tilePath+".p/7"), 200, "hit", "0", hashes(width)[:7*goproxy.HashSize])
				for _, path := range []string{
					tilePath + ".p/201", tilePath + ".p/0", tilePath + ".p/256", sumsPath + "/tile/8/1/001.p/7",
					sumsPath + "/tile/8/data/001.p/7", "/sumdb/other.example.com/tile/8/0/001.p/7",
				} {
					if path == tilePath+".p/201" && name == "full" {
						continue
					}
					if got := get(p, path); got.Status != 500 {
						t.Errorf("%s: %+v", path, got)
					}
				}
			})
		})
	}
	bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
		up.says(200, "no tile")
		get(p, tilePath)
		up.says(502, "stopped")
		if got := get(p, tilePath+".p/7"); got.Status != 500 {
			t.Errorf("from what is no tile: %+v", got)
		}
	})
}

// Only what a go command asks for is kept, and not for callers with credentials.
func TestOtherPathsOfSumDBArePassedOn(t *testing.T) {
	bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
		up.says(200, "x")
		for _, path := range []string{
			"/sumdb/", "/sumdb/sum.example.com", sumsPath + "/", sumsPath + "/lookup/", sumsPath + "/lookup/example.com/mod",
			sumsPath + "/lookup/Example.com/mod@v1.0.0", sumsPath + "/lookup/example.com/mod@", sumsPath + "/tile/8/0/1", sumsPath + "/tile/8/0/001.p/x",
			sumsPath + "/supported/more", "/sumdb/a/b/latest", "/sumdb/../latest", sumsPath + "/lookup/example.com/" + strings.Repeat("a", goproxy.MaxPath) + "@v1.0.0",
		} {
			r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
			r.URL.Path = path
			want(t, path, do(p, r), 200, "bypass", "", "x")
		}
		r := httptest.NewRequest(http.MethodGet, lookupPath, http.NoBody)
		r.SetBasicAuth("user", "secret")
		want(t, "with credentials", do(p, r), 200, "bypass", "", "x")
		if n := p.sums.cache.EstimatedSize(); n != 0 {
			t.Errorf("%d answers are kept", n)
		}
	})
}

// Checksums and lists have each their own memory and their own turns; slow look-ups
// leave turns to tiles.
func TestChecksumsAndListsDoNotMeet(t *testing.T) {
	bubbleWith(t, func(c *Config) { c.MaxBytes = MinMaxBytes }, func(t *testing.T, p *Proxy, up *upstream) {
		get(p, listPath)
		up.says(200, strings.Repeat("x", 8<<10))
		for n := range 500 {
			get(p, fmt.Sprintf("%s/tile/8/0/%03d", sumsPath, n))
		}
		p.sums.cache.CleanUp()
		if got, most := p.sums.cache.WeightedSize(), uint64(companions.LathensSumDBBytes(MinMaxBytes)); got > most || got < most/2 {
			t.Errorf("%d bytes of checksums, want at most %d", got, most)
		}
		want(t, "the list", get(p, listPath), 200, "hit", "0", oldList)

		up.set(hangs("/lookup/"))
		for n := range sumsPerList * companions.LathensMaxUpstream {
			defer leaving(t, p, fmt.Sprintf("%s/lookup/example.com/m%d@v1.0.0", sumsPath, n))()
		}
		start := time.Now()
		want(t, "a tile", get(p, sumsPath+"/tile/8/1/000"), 200, "miss", "0", newList)
		want(t, "a list", get(p, "/example.com/other/@v/list"), 200, "miss", "0", newList)
		if took := time.Since(start); took != time.Second {
			t.Errorf("took %s", took)
		}
	})
}

// A module that is new to its database takes time, which its look-up gets, once
// for all callers.
func TestSlowLookup(t *testing.T) {
	bubble(t, func(t *testing.T, p *Proxy, up *upstream) {
		up.set(after(100*time.Second, says(200, "signed")))
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() { want(t, "slow", get(p, lookupPath), 200, "miss", "0", "signed") })
		}
		all.Wait()
		if up.calls() != 1 {
			t.Errorf("%d calls", up.calls())
		}
	})
}
