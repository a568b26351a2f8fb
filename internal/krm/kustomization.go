package krm

import (
	"strings"

	"go.yaml.in/yaml/v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// regionAnnotation is the region whose cluster a kustomization.yaml is for, or
// OWNER=REGION for each site if those differ.
const regionAnnotation = v1alpha1.Group + "/region"

type kustomization struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`

	Resources []string `json:"resources"`
}

// Kustomization lists files for kustomize. A label says who wrote it, and an
// annotation which regions the objects were made for, if any.
func Kustomization(files []string, made []Made) *yaml.Node {
	k := kustomization{
		TypeMeta:   generators.Type("kustomize.config.k8s.io/v1beta1", "Kustomization"),
		ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{managedByLabel: generators.ManagedBy}},
		Resources:  append([]string{}, files...),
	}
	if region := regionOf(made); region != "" {
		k.Annotations = map[string]string{regionAnnotation: region}
	}
	n := Encode(&k)
	n.HeadComment = "# Written by athens-kfn render. The next run overwrites it:\n# put changes into an overlay."
	return n
}

func regionOf(made []Made) string {
	var each []string
	same, some := true, false
	for i, m := range made {
		same, some = same && m.Region == made[0].Region, some || m.Region != ""
		if i == 0 || m.Owner != made[i-1].Owner {
			each = append(each, m.Owner+"="+m.Region)
		}
	}
	switch {
	case !some:
		return ""
	case same:
		return made[0].Region
	}
	return strings.Join(each, ",")
}

// RegionOf is the region of a site in a directory with this kustomization.yaml;
// empty if there is none.
func (w Written) RegionOf(owner string) string {
	if !strings.Contains(w.Region, "=") {
		return w.Region
	}
	for pair := range strings.SplitSeq(w.Region, ",") {
		if site, region, _ := strings.Cut(pair, "="); site == owner {
			return region
		}
	}
	return ""
}

// Written says what a file is that this program wrote; the zero Written is a
// file of another owner.
type Written struct {
	// ID of the object in it.
	ID ID
	// Owner is the site that it was made for; empty for a kustomization.yaml.
	Owner string
	// Region is the region that a kustomization.yaml is the folder of; if its
	// sites have different ones, RegionOf knows them.
	Region string
}

// ReadWritten reads a file that this program may have written, which has one
// object.
func ReadWritten(file []byte) (Written, error) {
	docs, err := Documents(file)
	if err != nil || len(docs) != 1 {
		return Written{}, err
	}
	obj := docs[0].Content[0]
	id, owner := IDOf(obj), ownerOf(obj)
	switch {
	case owner != "":
		return Written{ID: id, Owner: owner}, nil
	case id.Kind == "Kustomization" && tree.Text(obj, "metadata", "labels", managedByLabel) == generators.ManagedBy:
		return Written{ID: id, Region: tree.Text(obj, "metadata", "annotations", regionAnnotation)}, nil
	}
	return Written{}, nil
}
