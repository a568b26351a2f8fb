package helm

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	"helm.sh/helm/v3/pkg/cli/values"
	"helm.sh/helm/v3/pkg/getter"
	"helm.sh/helm/v3/pkg/strvals"

	"github.com/gomods/athens-kfn/internal/krm"
)

// settings are what a release gives a chart besides files: as in --set and in
// --set-string.
type settings struct{ set, asText []string }

// merge merges maps of values and settings, in the order in which helm install
// does.
func merge(maps []map[string]any, s settings) (map[string]any, error) {
	// What Helm reports may repeat the value.
	for _, each := range slices.Concat(s.set, s.asText) {
		if _, err := strvals.Parse(each); err != nil {
			key, _, _ := strings.Cut(each, "=")
			return nil, fmt.Errorf("--set %s: is not KEY=VALUE as Helm reads it: write a comma in the value as \\,", key)
		}
	}
	// Helm reads files itself, also from the network and without a bound. What it
	// is given here are indices of files that were read.
	read := contents{}
	options := values.Options{Values: s.set, StringValues: s.asText}
	for i, v := range maps {
		in, err := json.Marshal(v)
		if err != nil {
			return nil, err
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

// valuesIn are the values of one document, a map of keys. Repeated keys and
// aliases that mean too much are errors.
func valuesIn(doc *yaml.Node) (map[string]any, error) {
	v, err := krm.Value(doc)
	out, ok := v.(map[string]any)
	if err == nil && !ok {
		err = errors.New("is not a map of keys: write values as in replicaCount: 1")
	}
	return out, err
}
