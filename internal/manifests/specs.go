package manifests

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/prove"
	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// WithoutSpec is a warning about manifests of a site without its spec. Their answers
// hold for the objects that are there, so the warning changes no exit code of check and
// prove; the promises of prove --all are about all objects.
const WithoutSpec = "the manifests are judged without their AthensSite, so an object that is missing and that no other one names is not noticed: add -f FILE"

// Specs are the AthensSites in files, as the cluster of a set has them. An error
// says why they cannot be compared with its manifests.
func Specs(files []source.File, set *Set) ([]*v1alpha1.AthensSite, error) {
	found, err := source.Find(files, set.Region)
	if err != nil {
		return nil, err
	}
	return sound(found)
}

// Own are the AthensSites among the manifests, as the cluster has them.
func (s *Set) Own() ([]*v1alpha1.AthensSite, error) {
	found := slices.Clone(s.Specs)
	for i := range found {
		if s.Region != "" {
			found[i].Node = krm.InRegion(found[i].Node, s.Region)
		}
	}
	return sound(found)
}

func sound(found []source.Site) ([]*v1alpha1.AthensSite, error) {
	if len(found) == 0 {
		return nil, nil
	}
	list := source.ListOf(found)
	sites := list.Load()
	if list.Results.Failed() {
		return nil, errors.New("the manifests are not compared with the spec, which has problems: correct them first, as athens-kfn check lists them")
	}
	for _, s := range sites {
		if open := s.OpenRegions(); len(open) > 0 {
			return nil, fmt.Errorf("the manifests are not compared with the spec, because their region is not known: add --region with one of %s", strings.Join(open, ", "))
		}
	}
	return sites, nil
}

// As is the site's World as a spec describes it, with the objects that are there.
// Names and namespace are those of the objects, which a tool may have changed.
func (s *Site) As(spec *v1alpha1.AthensSite) *prove.World {
	var unread []string
	for i := range s.Unread {
		unread = append(unread, s.Unread[i].Text())
	}
	site := *spec
	site.Namespace = s.World.Site().Namespace
	return prove.Of(&site, s.Typed(), unread...).OwnedBy(s.Owner)
}
