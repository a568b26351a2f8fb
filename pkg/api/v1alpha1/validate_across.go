package v1alpha1

import (
	"strings"

	"github.com/gomods/athens-kfn/pkg/problem"
)

// Across checks what one resource behind all regions asks of them together:
// each region's manifests are rendered from that region's spec alone, so two
// regions that disagree make it twice, or not at all. Each site is the spec as
// that region has it, in the order of spec.regions; written says whether a region's
// overrides write a field, or drop it.
func (site *AthensSite) Across(sites []*AthensSite, written func(region int, field string) bool, unread *problem.Broken) problem.Problems {
	r := &rules{checks{broken: unread}, site, &site.Spec}
	r.oneFrontDoor(sites, written)
	r.oneMaker(sites, written)
	return r.problems
}

// oneFrontDoor checks that all regions say the same of the Front Door that
// they share: the one that the site makes, or the one of an ID.
func (r *rules) oneFrontDoor(sites []*AthensSite, written func(region int, field string) bool) {
	made := false
	for _, s := range sites {
		fd := s.Spec.Edge.FrontDoor
		made = made || fd != nil && fd.Provision != nil
	}
	firsts, seen := map[string]int{}, map[string]bool{}
	for i, s := range sites {
		fd, id := s.Spec.Edge.FrontDoor, ""
		if !made {
			if fd == nil {
				continue
			}
			id = strings.ToLower(fd.ID)
		}
		first, there := firsts[id]
		if !there {
			firsts[id] = i
			continue
		}
		for _, f := range fd.differences(sites[first].Spec.Edge.FrontDoor, made) {
			r.differ(i, first, strings.TrimSuffix("edge.frontDoor."+f, "."), written, seen)
		}
		if made && s.Spec.Gateway.PlainHTTP != sites[first].Spec.Gateway.PlainHTTP {
			r.differ(i, first, "gateway.plainHTTP", written, seen)
		}
	}
}

// differ complains about a field that differs in two regions, once, where one
// of them writes it.
func (r *rules) differ(one, other int, field string, written func(region int, field string) bool, seen map[string]bool) {
	// A default that follows from another field is that field's problem.
	if !written(one, field) {
		one, other = other, one
	}
	path := overridesPath(one) + "." + field
	if seen[path] || !written(one, field) || !r.sound("spec."+field, overridesPath(other)+"."+field) {
		return
	}
	seen[path] = true
	r.add(path, "differs from that of the region %s, but %s and %s share one Front Door; write it once, in spec.%s", r.name(other), r.name(one), r.name(other), field)
}

// differences are the fields in which two regions describe one Front Door
// differently; "" represents the whole of it. One that is there already is
// described by its deadline.
func (fd *FrontDoor) differences(o *FrontDoor, made bool) (fields []string) {
	if fd == nil || o == nil {
		if fd != o {
			return []string{""}
		}
		return nil
	}
	note := func(field string, same bool) {
		if !same {
			fields = append(fields, field)
		}
	}
	note("originTimeout", *fd.OriginTimeout == *o.OriginTimeout)
	if !made {
		return fields
	}
	p, q := fd.Provision, o.Provision
	if p == nil || q == nil {
		note("provision", p == q)
		return fields
	}
	note("id", fd.ID == o.ID) // the gateway compares it letter by letter
	if note("cache", (fd.Cache == nil) == (o.Cache == nil)); fd.Cache != nil && o.Cache != nil {
		note("cache.maxAge", *fd.Cache.MaxAge == *o.Cache.MaxAge)
	}
	g, h := p.ResourceGroup, q.ResourceGroup
	note("provision.resourceGroup", g.Name == h.Name && g.Location == h.Location && sameWord(g.ResourceID, h.ResourceID))
	note("provision.region", p.Region == q.Region)
	note("provision.sku", p.SKU == q.SKU)
	note("provision.profile", p.Profile == q.Profile)
	note("provision.endpoint", p.Endpoint == q.Endpoint)
	note("provision.firewall", p.Firewall == nil && q.Firewall == nil || p.Firewall != nil && q.Firewall != nil && *p.Firewall == *q.Firewall)
	return fields
}

// oneMaker checks that each storage that the regions use is in the manifests of
// exactly one of them.
func (r *rules) oneMaker(sites []*AthensSite, written func(region int, field string) bool) {
	const field = "azure.provision.storage.region"
	if !r.sound("spec." + field) {
		return
	}
	index, makers := map[string]int{}, map[string]int{}
	makes := func(i int) bool {
		s := sites[i].provisionedStorage()
		return s != nil && (s.Region == "" || s.Region == r.name(i))
	}
	for i := range sites {
		index[r.name(i)] = i
	}
	for i, site := range sites {
		s := site.provisionedStorage()
		if s == nil {
			continue
		}
		path := "spec." + field
		if written(i, field) {
			path = overridesPath(i) + "." + field
		}
		account, place := site.storagePlace()
		if makes(i) {
			// Where one region's overrides are merged already, a region that says
			// nothing of its own may not be what the spec says now.
			known := func(i int) bool {
				return r.spec.Region == "" || r.spec.Region == r.name(i) || sites[i].provisionedStorage().Region != "" || ownAccount(&r.spec.Regions[i])
			}
			if first, there := makers[account]; there && known(i) && known(first) {
				r.add(path, "makes the account of %s in the manifests of %s too; write the name of one of them here, in both regions, or give each an account of its own", r.name(first), r.name(i))
				continue
			}
			makers[account] = i
			continue
		}
		maker, known := index[s.Region]
		if !known {
			continue // which was complained about
		}
		if _, other := sites[maker].storagePlace(); !makes(maker) || place != other {
			r.add(path, "leaves the storage of %s to %s, whose manifests do not hold it; write the same region in all that share an account: once, in spec.%s", r.name(i), s.Region, field)
		}
	}
}

// provisionedStorage that the site asks for, or nil.
func (s *AthensSite) provisionedStorage() *AzureStorage {
	if p := s.Spec.Azure.Provision; p != nil {
		return p.Storage
	}
	return nil
}

// storagePlace is an account of Azure's and what the site uses of it; empty for
// other storage.
func (s *AthensSite) storagePlace() (account, place string) {
	switch storage := s.Spec.Athens.Storage; {
	case storage.AzureBlob != nil:
		account, place = "blob "+storage.AzureBlob.Account, storage.AzureBlob.Container
	case storage.Mongo != nil && storage.Mongo.Cosmos != nil:
		account, place = "cosmos "+storage.Mongo.Cosmos.Account, storage.Mongo.Database
	}
	return account, account + "/" + place
}

// name of a region.
func (r *rules) name(region int) string { return r.spec.Regions[region].Name }
