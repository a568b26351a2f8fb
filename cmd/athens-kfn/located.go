package main

import (
	"fmt"
	"path/filepath"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/internal/why"
)

// located reads sites that are sound and remembers in which file each one was
// written; the code is 1 if one is not.
func (c console) located(operand, region string) ([]*why.Site, int) {
	files, err := source.Operand(source.Sites, operand, c.stdin)
	if err != nil {
		return nil, c.fail(err)
	}
	list := &krm.ResourceList{}
	var from []string
	for _, file := range files {
		found, err := krm.SitesIn(file.Content)
		if err != nil {
			return nil, c.fail(fmt.Errorf("%s: %w", file.Name, err))
		}
		for _, node := range inRegion(found, region) {
			list.Items, from = append(list.Items, node), append(from, locatedIn(file.Name))
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

// locatedIn is what a person calls a file that was read.
func locatedIn(name string) string {
	if name == source.StdinName {
		return source.Stdin
	}
	return filepath.Base(name)
}
