package conformance

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/json"
	yamlutil "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// root of the repository, seen from here.
const root = "../.."

// object is one manifest of a file.
type object struct {
	unstructured.Unstructured
	// file is its path from the root, which names it in messages.
	file string
	// given says that the function found the object in its input and passed it
	// on: what is in it is not the function's business.
	given bool
	// edited says that the input holds an object of this kind and name.
	edited bool
}

// made says that the function made the object, and did not only edit it.
func (o object) made() bool {
	return !o.edited || o.GetLabels()["app.kubernetes.io/managed-by"] == "athens-kfn"
}

func (o object) String() string {
	return fmt.Sprintf("%s: %s %s/%s", o.file, o.GetKind(), o.GetNamespace(), o.GetName())
}

// readGlob reads every manifest of the files that match, and fails if none do.
func readGlob(t *testing.T, pattern string) []object {
	t.Helper()
	files, err := glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	var all []object
	for _, file := range files {
		objects := readFile(t, file)
		input := filepath.Join(filepath.Dir(file), "input.yaml")
		if _, err := os.Stat(input); err == nil && input != file {
			markGiven(objects, readFile(t, input))
		}
		all = append(all, objects...)
	}
	t.Logf("%d files, %d objects", len(files), len(all))
	return all
}

// markGiven finds the objects of an output which its input holds already.
func markGiven(output, input []object) {
	for i := range output {
		output[i].given = slices.ContainsFunc(input, func(o object) bool {
			return reflect.DeepEqual(o.Object, output[i].Object)
		})
		output[i].edited = slices.ContainsFunc(input, func(o object) bool {
			return o.GetKind() == output[i].GetKind() && o.GetNamespace() == output[i].GetNamespace() && o.GetName() == output[i].GetName()
		})
	}
}

// glob is filepath.Glob under the root, where finding nothing is an error: a
// test over no files would pass.
func glob(pattern string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(root, pattern))
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("no file matches %s: nothing would be checked", pattern)
	}
	return files, err
}

func readFile(t *testing.T, file string) []object {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	name, err := filepath.Rel(root, file)
	if err != nil {
		t.Fatal(err)
	}
	objects, err := parse(name, data)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return objects
}

// parse reads a YAML stream; a ResourceList in it represents its items. It
// reads YAML as kubectl does, and whole numbers as int64, as the API server
// does: CEL would not take a float64 for an integer.
func parse(name string, data []byte) ([]object, error) {
	var objects []object
	documents := yamlutil.NewYAMLReader(bufio.NewReader(bytes.NewReader(data)))
	for {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return objects, nil
		}
		if err != nil {
			return nil, err
		}
		raw, err := yaml.YAMLToJSONStrict(document)
		if err != nil {
			return nil, err
		}
		var content map[string]any
		if err := json.Unmarshal(raw, &content); err != nil {
			return nil, err
		}
		if content == nil {
			continue
		}
		items := []any{content}
		if content["kind"] == "ResourceList" {
			items, _ = content["items"].([]any)
		}
		for i, item := range items {
			m, ok := item.(map[string]any)
			if !ok {
				return nil, fmt.Errorf("item %d is not an object", i)
			}
			objects = append(objects, object{Unstructured: unstructured.Unstructured{Object: m}, file: name})
		}
	}
}
