package check

import "github.com/gomods/athens-kfn/internal/manifests"

// Drifts are the findings of AK811 alone, which is much faster than all.
func Drifts(in, spec []byte) []Finding {
	set := manifests.Clusters([]File{{Name: "m.yaml", Content: in}}, "")[0]
	loaded, err := manifests.Specs([]File{{Name: "site.yaml", Content: spec}}, set)
	if err != nil {
		panic(err)
	}
	site := Site{}
	of := set.Sites()[0]
	expected := of.Expect(loaded[0])
	site.drifts(of, loaded[0], &expected)
	return site.Findings
}
