package manifests

// Promises are the requests that get another answer than the site promises, and
// the reasons why some cannot be judged.
func (s *Site) Promises() (broken []string, unknown []string) {
	if !s.Meshed() {
		return nil, nil
	}
	for _, b := range s.World.Broken() {
		broken = append(broken, b.String())
	}
	return broken, s.World.Unknown()
}
