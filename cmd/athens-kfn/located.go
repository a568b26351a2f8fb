package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/why"
)

// located reads sites that are sound and remembers in which file each one was
// written; the code is 1 if one is not.
func (c console) located(operand, region string) ([]*why.Site, int) {
	files := []string{operand}
	if info, err := os.Stat(operand); err == nil && info.IsDir() {
		if files, err = manifests(operand); err != nil {
			return nil, c.fail(err)
		}
	}
	list := &krm.ResourceList{}
	var from []string
	for _, file := range files {
		found, err := c.read(file, region)
		if err != nil {
			return nil, c.fail(err)
		}
		for _, node := range found {
			list.Items, from = append(list.Items, node), append(from, filepath.Base(file))
		}
	}
	list.LoadOneCluster(krm.ByFlag)
	c.report(list.Results)
	if list.Results.Failed() {
		return nil, 1
	}
	var out []*why.Site
	seen := map[krm.ID]bool{}
	for i, node := range list.Items {
		if id := krm.IDOf(node); !seen[id] {
			seen[id] = true
			site, err := why.Of(from[i], node)
			if err != nil {
				return nil, c.fail(err)
			}
			out = append(out, site)
		}
	}
	if len(out) == 0 {
		return nil, c.fail(fmt.Errorf("%s: no AthensSite in it", operand))
	}
	return out, 0
}
