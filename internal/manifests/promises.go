package manifests

import "github.com/gomods/athens-kfn/internal/prove"

// Promises are the requests that get another answer than the site promises, and
// the reasons why some cannot be judged.
func (s *Site) Promises() (broken []prove.Broken, unknown []string) {
	if !s.Meshed() {
		return nil, nil
	}
	return s.World.Broken(), s.World.Unknown()
}
