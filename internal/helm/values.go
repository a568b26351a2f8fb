package helm

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"helm.sh/helm/v3/pkg/cli/values"
	"helm.sh/helm/v3/pkg/getter"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/source"
)

// Values merges files of values and settings as in --set, in the order in which
// helm install does. A file that is not one map of keys, has repeated keys or
// aliases that stand for too much is an error.
func Values(files []source.File, set []string) (map[string]any, error) {
	// Helm reads files itself, also from the network and without a bound. What it
	// is given here are indices of files that were read.
	read := contents{}
	options := values.Options{Values: set}
	for i, f := range files {
		v, err := valuesIn(f.Content)
		if err != nil {
			return nil, fmt.Errorf("%s: expected values, a map of keys as in replicaCount: 1: %w", f.Name, err)
		}
		in, err := json.Marshal(v)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		read[strconv.Itoa(i)] = in
		options.ValueFiles = append(options.ValueFiles, strconv.Itoa(i))
	}
	merged, err := options.MergeValues(getter.Providers{{
		Schemes: []string{""},
		New:     func(...getter.Option) (getter.Getter, error) { return read, nil },
	}})
	whole(merged)
	return merged, err
}

// whole turns numbers without a fraction, which Helm reads as floats, back into
// integers: 1000000 would be printed as 1e+06.
func whole(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, each := range v {
			v[key] = whole(each)
		}
	case []any:
		for i, each := range v {
			v[i] = whole(each)
		}
	case float64:
		if n := int64(v); float64(n) == v {
			return n
		}
	}
	return v
}

type contents map[string][]byte

// Get is the content of a file.
func (c contents) Get(name string, _ ...getter.Option) (*bytes.Buffer, error) {
	return bytes.NewBuffer(c[name]), nil
}

// valuesIn are the values of one file; none of an empty one.
func valuesIn(in []byte) (map[string]any, error) {
	docs, err := krm.Documents(in)
	switch {
	case err != nil || len(docs) == 0:
		return nil, err
	case len(docs) > 1:
		return nil, fmt.Errorf("line %d: a second document", docs[1].Line)
	}
	v, err := krm.Value(docs[0].Content[0])
	out, ok := v.(map[string]any)
	if err == nil && !ok {
		err = fmt.Errorf("line %d: not a map", docs[0].Content[0].Line)
	}
	return out, err
}
