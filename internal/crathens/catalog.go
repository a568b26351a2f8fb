package crathens

import (
	"context"
	"fmt"
	"hash/maphash"
	"io"
	"strings"
)

// Bounds of a catalog. All are far above what a site stores.
const (
	// maxIdlePages in a row bring nothing new. Azure's pages may be empty
	// though others follow, so one is not the end.
	maxIdlePages = 1000

	// wholePage is large enough for the catalog of a disk, and maxPage for any.
	wholePage = 1_000_000
	maxPage   = 1_000_000_000
)

// diskToken is in every token of disk and memory storage and in no other
// storage's (v0.18.0, pkg/storage/fs/cataloger.go). Following one loses rows:
// it leaves out, in every module, the versions that sort before the token's.
const diskToken = "|"

// readCatalog hands each stored version of a site to keep, which says whether
// it is new. A page that is read twice, because the first try broke off, hands
// its rows over twice.
func (c *Crawler) readCatalog(ctx context.Context, site Site, keep func(row) bool) error {
	size, token, idle := c.cfg.PageSize, "", 0
	seed, seen := maphash.MakeSeed(), map[uint64]bool{}
	for {
		fresh, next := 0, ""
		err := c.client.get(ctx, ctx, site, catalogRequest, site.catalog(token, size), func(r io.Reader) (err error) {
			next, err = decodePage(r, maxPageBytes, func(r row) error {
				if c.sound(&r) && keep(r) {
					fresh++
					c.count.rows.Add(1)
				}
				return c.memory.full()
			})
			return err
		})
		if err != nil {
			return err
		}
		if next == "" {
			return nil
		}
		if idle++; fresh > 0 {
			idle = 0
		}
		hash := maphash.String(seed, next)
		switch {
		case strings.Contains(next, diskToken):
			if size >= maxPage {
				return fmt.Errorf("the catalog does not fit into a page of %d", size)
			}
			size = max(wholePage, 10*size)
			c.cfg.Log.Debug("disk storage pages wrongly; reading the whole catalog in one request", "pagesize", size)
			token = ""
			continue
		case seen[hash]:
			return fmt.Errorf("the catalog's paging repeats: the token %.80q came twice", next)
		case idle >= maxIdlePages:
			return fmt.Errorf("the catalog's paging never ends: %d pages brought nothing new", idle)
		}
		seen[hash] = true
		c.memory.take(perPage)
		token = next
	}
}
