package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gomods/athens-kfn/pkg/transformers"
)

// Marks around the part of a page that is generated.
const (
	begin = "<!-- make generate writes from here -->\n"
	end   = "<!-- to here -->\n"
)

// transformersPage is docs/transformers.md with the tables of what MeshReferences
// updates.
func transformersPage(root string) (file, error) {
	const path = "docs/transformers.md"
	text, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		return file{}, err
	}
	before, rest, found := strings.Cut(string(text), begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		return file{}, fmt.Errorf("%s: has no part between %q and %q", path, begin, end)
	}
	out := &bytes.Buffer{}
	out.WriteString(before + begin)
	references, derived := transformers.Manual()
	out.WriteString("| in | updates | fields |\n|---|---|---|\n")
	for _, r := range references {
		fmt.Fprintf(out, "| %s | %s | %s |\n", kinds(r.Kinds), r.Names, "`"+strings.Join(r.Fields, "`, `")+"`")
	}
	out.WriteString("\nAn operator creates these objects and names them after another one, so fields that\nname them are updated too:\n\n| of | its operator creates |\n|---|---|\n")
	for i := 0; i < len(derived); {
		from := derived[i].From
		var made []string
		for ; i < len(derived) && derived[i].From == from; i++ {
			made = append(made, kinds([]string{derived[i].Kind})+" `"+strings.Replace(derived[i].Name, "*", "NAME", 1)+"`")
		}
		fmt.Fprintf(out, "| %s | %s |\n", kinds([]string{from}), strings.Join(made, ", "))
	}
	out.WriteString(end + after)
	return file{path, out.Bytes()}, nil
}

// kinds are GROUP/KIND without the groups that Kubernetes and its readers leave
// out, as they do not tell two kinds apart here.
func kinds(all []string) string {
	var out []string
	for _, k := range all {
		group, kind, found := strings.Cut(k, "/")
		switch {
		case !found:
			kind = "any object"
		case kind == "*":
			kind = group
		case kind == "Gateway" || kind == "Service" && group != "":
			kind += " (" + group + ")"
		}
		out = append(out, kind)
	}
	return strings.Join(out, ", ")
}
