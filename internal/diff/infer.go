package diff

import (
	"github.com/gomods/athens-kfn/internal/prove"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// world is the objects of a site as prove reads them; nil if no mesh routes
// requests.
func world(objects []Object) *prove.World {
	if len(ofKind(objects, "VirtualService")) == 0 {
		return nil
	}
	var typed []generators.Object
	for i := range objects {
		if objects[i].typed != nil {
			typed = append(typed, objects[i].typed)
		}
	}
	for _, w := range prove.FromObjects(typed) {
		return w // all objects that have an owner have one
	}
	return nil
}
