// Package diff says what differs in meaning between two states of a site, as
// its objects have it: a rendered folder says as much as a spec.
package diff

import (
	"cmp"
	"maps"
	"slices"

	"github.com/gomods/athens-kfn/internal/krm"
)

// Groups of changes, in the order in which they are reported.
const (
	Needs      = "Must exist before you apply"
	Routes     = "Routes"
	Exposure   = "Exposure"
	Identities = "Identities"
	Capacity   = "Capacity"
	Data       = "Data"
	Programs   = "Programs"
	Restarts   = "Restarts"
	Monitoring = "Monitoring"
	Azure      = "Azure"
	Objects    = "New and removed objects"
	Other      = "Other"
)

var order = [...]string{Needs, Routes, Exposure, Identities, Capacity, Data, Programs, Restarts, Monitoring, Azure, Objects, Other}

// Change is one thing that differs.
type Change struct {
	// Code of its kind.
	Code string `json:"code"`
	// Text is the change in one line.
	Text string `json:"text"`
	// Warning says that an operator must act, or that something may be lost or
	// opened.
	Warning bool `json:"warning,omitempty"`
	// Path is the field that differs, as why takes it: KIND/NAME.PATH. It is
	// empty where the change is more than one field.
	Path string `json:"path,omitempty"`
	// key tells changes apart whose texts were shortened to the same.
	key string
}

// Group is the changes of one kind.
type Group struct {
	Name    string   `json:"name"`
	Changes []Change `json:"changes"`
}

// Report is what differs for one site.
type Report struct {
	// Site is its namespace and name with a dot between, as the label
	// athens.gomods.io/site has it; empty for objects of no site.
	Site string `json:"site,omitempty"`
	// Region is the region that this is about; empty for all of them.
	Region string `json:"region,omitempty"`
	// Groups that have changes, in the order above.
	Groups []Group `json:"groups"`
}

// Side is one state: the objects of each region. The region of what has none
// is empty.
type Side struct {
	// OneCluster says that these are manifests of one cluster, whose region is
	// not known.
	OneCluster bool
	// Live says that an API server filled in defaults.
	Live bool
	// Questions are how many may be asked of the newer state's requests, so that all are
	// compared; 0 compares the table of the command prove only.
	Questions int
	Regions   []string
	Objects   map[string][]Object
}

// Add puts the objects of a region in.
func (s *Side) Add(region string, objects []Object) {
	if s.Objects == nil {
		s.Objects = map[string][]Object{}
	}
	if !slices.Contains(s.Regions, region) {
		s.Regions = append(s.Regions, region)
	}
	s.Objects[region] = append(s.Objects[region], objects...)
}

// Sites are the owners of its objects, in the order of their names.
func (s *Side) Sites() []string {
	owners := map[string]bool{}
	for _, objects := range s.Objects {
		for _, o := range objects {
			owners[o.Owner] = true
		}
	}
	return slices.Sorted(maps.Keys(owners))
}

// everywhere says whether one state is the same in all regions of another: it
// has none, and the other has nothing outside of its regions.
func (s *Side) everywhere(other *Side) bool {
	return slices.Equal(s.Regions, []string{""}) && !slices.Contains(other.Regions, "")
}

// of is what a region has, and whether it is there at all.
func (s *Side) of(region string, other *Side) ([]Object, bool) {
	if s.everywhere(other) {
		region = ""
	}
	objects, ok := s.Objects[region]
	return objects, ok
}

// Compare reports what differs, site by site; nothing if nothing does.
func Compare(before, after *Side) []Report {
	regions := slices.Clone(before.Regions)
	for _, r := range after.Regions {
		if !slices.Contains(regions, r) {
			regions = append(regions, r)
		}
	}
	slices.Sort(regions)
	if before.everywhere(after) || after.everywhere(before) {
		regions = slices.DeleteFunc(regions, func(r string) bool { return r == "" })
	}
	var out []Report
	sites := slices.Concat(before.Sites(), after.Sites())
	slices.Sort(sites)
	for _, site := range slices.Compact(sites) {
		var each []Report
		for _, region := range regions {
			old, had := before.of(region, after)
			now, has := after.of(region, before)
			c := &comparison{old: owned(old, site), now: owned(now, site), live: after.Live, questions: after.Questions}
			if site != "" {
				c.oldOthers, c.nowOthers = owned(old, ""), owned(now, "")
			}
			switch {
			case !had && region != "" && len(c.now) > 0:
				c.comes(regionComes, "region "+region)
			case !has && region != "" && len(c.old) > 0:
				c.goes(regionGoes, "region "+region)
			default:
				c.run()
			}
			each = append(each, Report{Site: site, Region: region, Groups: c.groups()})
		}
		out = append(out, shared(site, each)...)
	}
	return slices.DeleteFunc(out, func(r Report) bool { return len(r.Groups) == 0 })
}

// owned are the objects of a site, in an order of their own.
func owned(objects []Object, site string) (out []Object) {
	for _, o := range objects {
		if o.Owner == site {
			out = append(out, o)
		}
	}
	// A folder's order is that of its files' names.
	slices.SortStableFunc(out, func(a, b Object) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// shared says once what is the same in every region.
func shared(site string, each []Report) []Report {
	if len(each) == 1 {
		return each
	}
	all := Report{Site: site}
	for _, name := range order {
		regions := map[Change]int{}
		for i := range each {
			for _, c := range changesOf(&each[i], name) { // each change once
				regions[c]++
			}
		}
		everywhere := func(c Change) bool { return regions[c] == len(each) }
		common := slices.DeleteFunc(slices.Clone(changesOf(&each[0], name)), func(c Change) bool { return !everywhere(c) })
		if len(common) == 0 {
			continue
		}
		all.Groups = append(all.Groups, Group{name, common})
		for i := range each {
			each[i].drop(name, everywhere)
		}
	}
	return append([]Report{all}, each...)
}

func changesOf(r *Report, name string) []Change {
	if i := slices.IndexFunc(r.Groups, func(g Group) bool { return g.Name == name }); i >= 0 {
		return r.Groups[i].Changes
	}
	return nil
}

func (r *Report) drop(name string, which func(Change) bool) {
	for i := range r.Groups {
		if r.Groups[i].Name == name {
			r.Groups[i].Changes = slices.DeleteFunc(r.Groups[i].Changes, which)
		}
	}
	r.Groups = slices.DeleteFunc(r.Groups, func(g Group) bool { return len(g.Changes) == 0 })
}

type pair struct {
	id       krm.ID
	old, now *Object
	// at is the position of now among the objects.
	at     int
	leaves []leaf
	// opened are the fields that open or weaken something.
	opened []opening
	// restarts says that a line about its pods was printed.
	restarts bool
}
