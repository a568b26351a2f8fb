package prove

import (
	"fmt"
	"slices"

	"github.com/gomods/athens-kfn/internal/envoypath"
)

// Representatives are requests that represent all, as on the wire: for each caller,
// and each set of requests that routes and policies treat alike, one with each atom
// of each attribute, and the others as a person writes them.
func (w *World) Representatives() ([]Request, error) {
	s, regions, err := newProver().regions(w, nil, w.askers())
	if err != nil {
		return nil, err
	}
	var out []Request
	known := map[string]bool{}
	for _, r := range regions {
		for i, name := range s.names {
			for n := range s.axes[name].atoms {
				if !r.box[i].has(n) {
					continue
				}
				one := slices.Clone(r.box)
				one[i] = s.axes[name].none()
				one[i].add(n)
				q := s.readable(r.asker, one)
				q.Path = envoypath.Sent(q.Path)
				if key := fmt.Sprintf("%#v", q); !known[key] {
					known[key], out = true, append(out, q)
				}
			}
		}
	}
	return out, nil
}
