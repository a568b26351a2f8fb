package terraform_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// provider is what testdata/azurerm.txt knows: of a resource under its name, of a
// block under the resource's name and its own.
type provider map[string]*arguments

// arguments of a block.
type arguments struct {
	// values are what each may be: "" is anything.
	values   map[string]string
	required []string
	needs    []need
}

// need is an argument that another one depends on, each as NAME or NAME=VALUE.
type need struct{ of, other string }

func readProvider(t *testing.T) provider {
	t.Helper()
	text, err := os.ReadFile("testdata/azurerm.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := provider{}
	resource := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		name, rest, named := strings.Cut(line, ": ")
		rule, isNeed := strings.CutPrefix(name, "needs")
		at := strings.TrimSpace(resource + " " + name)
		switch {
		case line == "" || line[0] == '#':
		case strings.HasPrefix(line, "azurerm_"):
			resource = line
		case named && isNeed:
			of, other, _ := strings.Cut(rest, " ")
			block := out[resource+rule]
			block.needs = append(block.needs, need{of, other})
		case named && !strings.Contains(name, "="):
			out[at] = newArguments(rest)
		default:
			out[resource] = newArguments(line)
		}
	}
	return out
}

func newArguments(line string) *arguments {
	out := &arguments{values: map[string]string{}}
	for _, word := range strings.Fields(line) {
		name, value, _ := strings.Cut(word, "=")
		name, required := strings.CutSuffix(name, "!")
		if required {
			out.required = append(out.required, name)
		}
		out.values[name] = value
	}
	return out
}

// check reports what the provider does not take of a block.
func (p provider) check(resource, block string, value map[string]any) (problems []string) {
	at := strings.TrimSpace(resource + " " + block)
	known := p[at]
	if known == nil {
		return []string{at + " is unknown"}
	}
	for _, name := range slices.Sorted(maps.Keys(value)) {
		v := value[name]
		if block == "" && (name == "lifecycle" || name == "depends_on") {
			continue // Terraform's own
		}
		allowed, there := known.values[name]
		if !there {
			problems = append(problems, at+" has no "+name)
		}
		items, isList := v.([]any)
		if !isList {
			items = []any{v}
		}
		for _, item := range items {
			if nested, ok := item.(map[string]any); ok {
				problems = append(problems, p.check(resource, name, nested)...)
			} else if text := fmt.Sprint(item); !allows(allowed, text) {
				problems = append(problems, fmt.Sprintf("%s: %s is %q, and may be %s", at, name, text, allowed))
			}
		}
	}
	for _, name := range known.required {
		if _, there := value[name]; !there {
			problems = append(problems, at+" misses "+name)
		}
	}
	for _, n := range known.needs {
		if holds(value, n.of) && !holds(value, n.other) {
			problems = append(problems, fmt.Sprintf("%s: %s needs %s", at, n.of, n.other))
		}
	}
	return problems
}

// allows says whether a value is one of those that the table lists. An expression
// has a value only when Terraform runs.
func allows(allowed, value string) bool {
	least, most, isRange := strings.Cut(allowed, "..")
	pattern, isPattern := strings.CutPrefix(allowed, "/^")
	switch {
	case allowed == "" || strings.HasPrefix(value, "${"):
		return true
	case isPattern:
		return regexp.MustCompile("^" + strings.TrimSuffix(pattern, "/")).MatchString(value)
	case isRange:
		low, _ := strconv.ParseFloat(least, 64)
		high, _ := strconv.ParseFloat(most, 64)
		n, err := strconv.ParseFloat(value, 64)
		return err == nil && n >= low && n <= high
	}
	return slices.Contains(strings.Split(allowed, "|"), value)
}

// holds says whether a block has an argument NAME, or NAME=VALUE among its values.
func holds(block map[string]any, argument string) bool {
	name, want, valued := strings.Cut(argument, "=")
	v, there := block[name]
	if !valued || !there {
		return there
	}
	list, isList := v.([]any)
	if !isList {
		list = []any{v}
	}
	return slices.ContainsFunc(list, func(item any) bool { return fmt.Sprint(item) == want })
}

// problems of a configuration, and the kinds of resources in it.
func (p provider) problems(t *testing.T, text []byte) (out []string, kinds map[string]bool) {
	t.Helper()
	var config struct {
		Resource map[string]map[string]map[string]any
	}
	if err := json.Unmarshal(text, &config); err != nil {
		t.Fatal(err)
	}
	kinds = map[string]bool{}
	for kind, all := range config.Resource {
		kinds[kind] = true
		for name, value := range all {
			for _, problem := range p.check(kind, "", value) {
				out = append(out, kind+"."+name+": "+problem)
			}
		}
	}
	return out, kinds
}
