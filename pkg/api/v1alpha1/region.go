package v1alpha1

const (
	// MaxSites is the number of AthensSites in one input: the editor of a
	// site's file also decides how much work it is, in a program that others wait
	// for.
	MaxSites = 1000
	// MaxRegions is the number of regions of a site: each is a whole site to
	// check. The largest public clouds have about sixty.
	MaxRegions = 64
)

// OpenRegions are the names of spec.regions, in their order, while spec.region
// picks none of them; empty for a site of one cluster.
func (s *AthensSite) OpenRegions() (names []string) {
	if s.Spec.Region != "" {
		return nil
	}
	return s.Spec.regionNames()
}

func (s *AthensSiteSpec) regionNames() (names []string) {
	for i := range s.Regions {
		names = append(names, s.Regions[i].Name)
	}
	return names
}

// Overrides are those of spec.regions: each is merged over the spec, and
// spec.region chooses one by its name.
func (*AthensSite) Overrides() (list, field, chosen string, most int) {
	return "spec.regions", "overrides", "spec.region", MaxRegions
}

// overridesPath is where the overrides of the region with an index are written.
func overridesPath(region int) string { return item("spec.regions", region) + ".overrides" }

// Written are the overrides of a region, empty if it has none.
func (o *Region) Written() *AthensSiteSpec {
	if o.Overrides == nil {
		return &AthensSiteSpec{}
	}
	return o.Overrides
}
