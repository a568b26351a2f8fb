package importer

import (
	"cmp"
	"encoding/base64"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// place is what a container finds at a path: part of a volume, or of its image.
type place struct {
	// kind is Secret, ConfigMap, PersistentVolumeClaim or the name of another kind of
	// volume, as in emptyDir; empty for the image.
	kind, name string
	// inside is the path in the volume; for a Secret and a ConfigMap the key, or
	// empty for all keys.
	inside string
	// unknown is why the place is not known.
	unknown string
}

// String is the place as reports have it.
func (p place) String() string {
	switch {
	case p.unknown != "":
		return p.unknown
	case p.kind == "":
		return "a path of the image"
	case p.kind == "Secret" || p.kind == "ConfigMap":
		if p.inside == "" {
			return "the " + p.kind + " " + p.name
		}
		return "the key " + p.inside + " of the " + p.kind + " " + p.name
	case p.name == "":
		return "a volume " + p.kind
	case p.inside != "":
		return "the directory " + p.inside + " of the " + p.kind + " " + p.name
	}
	return "the " + p.kind + " " + p.name
}

// at is what a path of the container leads to.
func (r *running) at(file string) place {
	var best *yaml.Node
	longest := -1
	file = path.Clean("/" + file)
	for _, m := range tree.Items(r.container, "volumeMounts") {
		at := path.Clean("/" + tree.Text(m, "mountPath"))
		if (file == at || strings.HasPrefix(file, strings.TrimSuffix(at, "/")+"/")) && len(at) > longest {
			best, longest = m, len(at)
		}
	}
	if best == nil {
		return place{}
	}
	return r.mounted(best, strings.TrimPrefix(strings.TrimPrefix(file, path.Clean("/"+tree.Text(best, "mountPath"))), "/"))
}

// mounted is what a mount has at a path below it.
func (r *running) mounted(mount *yaml.Node, below string) place {
	if tree.Text(mount, "subPathExpr") != "" {
		return place{unknown: "a path that is known when the pod starts (subPathExpr)"}
	}
	name, inside := tree.Text(mount, "name"), strings.TrimPrefix(path.Join("/", tree.Text(mount, "subPath"), below), "/")
	for _, t := range tree.Items(r.of.node, "spec", "volumeClaimTemplates") {
		if tree.Text(t, "metadata", "name") == name {
			return place{kind: "PersistentVolumeClaim", name: name + "-" + r.of.Name + "-0", inside: inside}
		}
	}
	for _, v := range tree.Items(r.pod, "volumes") {
		if tree.Text(v, "name") == name {
			return r.placeIn(v, inside)
		}
	}
	return place{unknown: "the volume " + name + ", which the pod does not have"}
}

func (r *running) placeIn(volume *yaml.Node, inside string) place {
	for kind, v := range tree.Entries(volume) {
		switch kind {
		case "name":
		case "secret":
			return keyed("Secret", tree.Text(v, "secretName"), v, inside)
		case "configMap":
			return keyed("ConfigMap", tree.Text(v, "name"), v, inside)
		case "persistentVolumeClaim":
			return place{kind: "PersistentVolumeClaim", name: tree.Text(v, "claimName"), inside: inside}
		case "projected":
			return r.projected(v, inside)
		default:
			return place{kind: kind, name: cmp.Or(tree.Text(v, "path"), tree.Text(v, "driver")), inside: inside}
		}
	}
	return place{unknown: "a volume of no kind"}
}

// projected is the source that has a file: one that names it, one whose keys are
// known, or the only one whose keys are not.
func (r *running) projected(volume *yaml.Node, inside string) place {
	var guess []place
	for _, source := range tree.Items(volume, "sources") {
		p := r.placeIn(source, inside)
		_, known := r.text(p)
		items := slices.Concat(tree.Items(source, "secret", "items"), tree.Items(source, "configMap", "items"))
		switch {
		case p.unknown != "":
		case known, inside == "", len(items) > 0:
			return p
		case (p.kind == "Secret" || p.kind == "ConfigMap") && r.find(p.kind, p.name) == nil:
			guess = append(guess, p)
		}
	}
	if len(guess) == 1 {
		return guess[0]
	}
	return place{unknown: "a projected volume, whose source of that file is not known"}
}

// keyed is the key that is the file inside of a volume; items rename keys.
func keyed(kind, name string, v *yaml.Node, inside string) place {
	if name == "" {
		name = tree.Text(v, "name")
	}
	items := tree.Items(v, "items")
	for _, item := range items {
		if inside != "" && tree.Text(item, "path") == inside {
			return place{kind: kind, name: name, inside: tree.Text(item, "key")}
		}
	}
	if len(items) > 0 && inside != "" {
		return place{unknown: "no item of the " + kind + " " + name}
	}
	return place{kind: kind, name: name, inside: inside}
}

// text of a key that is among the objects.
func (r *running) text(p place) (text string, known bool) {
	o := r.find(p.kind, p.name)
	if o == nil || p.inside == "" {
		return "", false
	}
	if v := tree.Get(o, "stringData", p.inside); v != nil {
		return tree.Text(v), true
	}
	v := tree.Get(o, "data", p.inside)
	if p.kind != "Secret" || v == nil {
		return tree.Text(v), v != nil
	}
	plain, err := base64.StdEncoding.DecodeString(tree.Text(v)) // error dropped: the caller reports a text that is not known
	return string(plain), err == nil
}
