package importer

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/releases"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Environment is what a container's program finds in its environment.
type Environment struct {
	// Variables in the order in which the container first names them, each name once.
	Variables []Variable
	// Unknown is what may set further variables and is not among the objects, each
	// with its field: envFrom[0]: the ConfigMap x is not among the manifests.
	Unknown []string
}

// Variable of a container. Value is its text unless SecretName or Unknown is set.
type Variable struct {
	Name, Value string
	// SecretName and SecretKey are where the value is; empty for a value in clear text.
	SecretName, SecretKey string
	// Unknown is why the value is not known; empty if it is.
	Unknown string
	// Path of the field in the container that sets it.
	Path tree.Path
}

// Clear says whether the value is known.
func (v *Variable) Clear() bool { return v.SecretName == "" && v.Unknown == "" }

// EnvironmentOf is the environment of a container in a namespace, as the kubelet
// makes it of envFrom and env. ConfigMaps are read from the objects, where one
// without a namespace is in this one; of Secrets only the names of keys are.
func EnvironmentOf(container *yaml.Node, namespace string, objects []*yaml.Node) Environment {
	r := environmentReader{namespace: namespace, objects: objects, places: map[string]int{}}
	for i, from := range tree.Items(container, "envFrom") {
		r.from(from, tree.Path{"envFrom", tree.Index(i)})
	}
	for i, e := range tree.Items(container, "env") {
		r.entry(e, tree.Path{"env", tree.Index(i)})
	}
	return r.Environment
}

// Get is a variable by its name.
func (e *Environment) Get(name string) (Variable, bool) {
	for _, v := range e.Variables {
		if v.Name == name {
			return v, true
		}
	}
	return Variable{}, false
}

// Setting is the variable that a release of Athens reads for a setting: the one of
// its alias, or else the one of its name.
func (e *Environment) Setting(name, version string) (Variable, bool) {
	if s, known := releases.Find(name, version); known && s.Alias() != "" {
		if v, set := e.Get(s.Alias()); set {
			return v, true
		}
	}
	return e.Get(name)
}

type environmentReader struct {
	Environment
	namespace string
	objects   []*yaml.Node
	places    map[string]int
}

func (r *environmentReader) put(v Variable) {
	if i, there := r.places[v.Name]; there {
		r.Variables[i] = v
		return
	}
	r.places[v.Name] = len(r.Variables)
	r.Variables = append(r.Variables, v)
}

// from reads all keys of a ConfigMap or a Secret.
func (r *environmentReader) from(from *yaml.Node, at tree.Path) {
	prefix := tree.Text(from, "prefix")
	for _, kind := range []string{"ConfigMap", "Secret"} {
		name := tree.Text(from, strings.ToLower(kind[:1])+kind[1:]+"Ref", "name")
		if name == "" {
			continue
		}
		o := r.find(kind, name)
		if o == nil {
			r.Unknown = append(r.Unknown, quote.Sprintf("%s: the %s %s is not among the manifests: add it", quote.Said(at.String()), quote.Said(kind), name))
		}
		for _, table := range []string{"data", "stringData"} {
			for key, value := range tree.Entries(o, table) {
				v := Variable{Name: prefix + key, Path: at}
				if v.Value = tree.Text(value); kind == "Secret" {
					v.Value, v.SecretName, v.SecretKey = "", name, key
				}
				r.put(v)
			}
		}
	}
}

// entry reads one of env.
func (r *environmentReader) entry(e *yaml.Node, at tree.Path) {
	v := Variable{Name: tree.Text(e, "name"), Path: at}
	from := tree.Get(e, "valueFrom")
	switch secret, config := tree.Get(from, "secretKeyRef"), tree.Get(from, "configMapKeyRef"); {
	case tree.Text(e, "value") != "" || from == nil:
		v.Value, v.Unknown = r.expand(tree.Text(e, "value"))
	case secret != nil:
		v.SecretName, v.SecretKey = tree.Text(secret, "name"), tree.Text(secret, "key")
	case config != nil:
		name, key := tree.Text(config, "name"), tree.Text(config, "key")
		value := tree.Get(r.find("ConfigMap", name), "data", key)
		if value == nil {
			v.Unknown = quote.Sprintf("the key %s of the ConfigMap %s is not among the manifests", key, name)
		}
		v.Value = tree.Text(value)
	default:
		v.Unknown = "its value is one that the pod gets when it starts"
	}
	r.put(v)
}

// find an object of the namespace; nil for none.
func (r *environmentReader) find(kind, name string) *yaml.Node {
	for _, o := range r.objects {
		if tree.Text(o, "kind") != kind || tree.Text(o, "apiVersion") != "v1" || tree.Text(o, "metadata", "name") != name {
			continue
		}
		if ns := tree.Text(o, "metadata", "namespace"); ns == "" || ns == r.namespace {
			return o
		}
	}
	return nil
}

// maxValue is the longest value that references may make: each may double it.
const maxValue = 1 << 20

// expand replaces $(NAME) by a variable that is set before, as the kubelet does:
// $$ is a dollar, and a name that is not set stays as it is written.
func (r *environmentReader) expand(text string) (value, unknown string) {
	var out strings.Builder
	for {
		i := strings.IndexByte(text, '$')
		if i < 0 || i == len(text)-1 {
			break
		}
		out.WriteString(text[:i])
		rest := text[i+1:]
		name, after, closed := strings.Cut(strings.TrimPrefix(rest, "("), ")")
		switch {
		case rest[0] == '$':
			out.WriteByte('$')
			text = rest[1:]
		case rest[0] != '(' || !closed:
			out.WriteByte('$')
			text = rest
		default:
			v, set := r.Get(name)
			switch {
			case set && !v.Clear():
				return "", quote.Sprintf("it has the value of %s in it, which is not known", name)
			case !set && (len(r.Unknown) > 0 || ofService(name)):
				return "", quote.Sprintf("it has the value of %s in it, which no manifest sets", name)
			case !set:
				v.Value = "$(" + name + ")"
			}
			if out.WriteString(v.Value); out.Len() > maxValue {
				return "", "it is longer than " + strconv.Itoa(maxValue) + " bytes"
			}
			text = after
		}
	}
	out.WriteString(text)
	return out.String(), ""
}

// ofService says whether Kubernetes may set a variable for a Service.
func ofService(name string) bool {
	return strings.Contains(name, "_SERVICE_") || strings.Contains(name, "_PORT")
}
