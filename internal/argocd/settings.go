package argocd

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// ParametersVariable is where Argo CD writes an Application's plugin.parameters,
// as one JSON list. The PARAM_* variables next to it repeat the list.
const ParametersVariable = "ARGOCD_APP_PARAMETERS"

// envPrefix begins the variables of an Application's plugin.env.
const envPrefix = "ARGOCD_ENV_"

// settings are the values that an Application sets, one for each entry of
// parameters; nil is unset.
type settings []*yaml.Node

// given is one parameter as Argo CD's server writes it. It never writes
// anything but strings, and leaves out what is nil.
type given struct {
	Name   string            `json:"name"`
	String *string           `json:"string"`
	Array  []string          `json:"array"`
	Map    map[string]string `json:"map"`
}

// readSettings reads the environment. Parameters win over plugin.env. An
// Application without parameters is one with the variable unset, empty, null
// or [], depending on the way it was written; an empty value is an unset one,
// because that is what a form sends for a field that was cleared.
func readSettings(environ []string) (settings, error) {
	out := make(settings, len(parameters))
	envNames := names(parameter.env)
	list := ""
	for _, variable := range environ {
		name, value, _ := strings.Cut(variable, "=")
		if name == ParametersVariable {
			list = value
		}
		if !strings.HasPrefix(name, envPrefix) {
			continue
		}
		if err := out.set(given{String: &value}, name, envNames); err != nil {
			return nil, err
		}
	}
	if strings.TrimSpace(list) == "" {
		return out, nil
	}
	var all []given
	if err := json.Unmarshal([]byte(list), &all); err != nil {
		return nil, fmt.Errorf("%s: %w", ParametersVariable, err)
	}
	parameterNames := names(func(p parameter) string { return p.name })
	seen := map[string]bool{}
	for _, g := range all {
		if seen[g.Name] {
			return nil, fmt.Errorf("parameter %s is repeated; remove one", g.Name)
		}
		seen[g.Name] = true
		if err := out.set(g, g.Name, parameterNames); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// set takes one value; name is among names, in the order of parameters.
func (s settings) set(g given, name string, names []string) error {
	i := slices.Index(names, name)
	if i < 0 {
		return fmt.Errorf("%s: no such parameter; known are %s", name, strings.Join(names, ", "))
	}
	p := parameters[i]
	switch {
	case len(g.Array) > 0, len(g.Map) > 0:
		return fmt.Errorf("%s: must be a string", name)
	case g.String == nil || *g.String == "":
	case p.text:
		s[i] = tree.String(*g.String)
	default:
		var doc yaml.Node
		if err := yaml.Unmarshal([]byte(*g.String), &doc); err != nil || len(doc.Content) != 1 { // error dropped: it may repeat the value
			return fmt.Errorf("%s: %s is not YAML", name, quote.Value(*g.String))
		}
		s[i] = doc.Content[0]
	}
	return nil
}
