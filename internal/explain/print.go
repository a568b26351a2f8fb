package explain

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

const width = 80

// Print writes what there is to know about a field, and a line for each field
// inside it.
func (f *Field) Print(w io.Writer) {
	doc := Read(f.Doc)
	fmt.Fprintf(w, "%s\n\n", f.Path)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(t, "  %s\t%s\n", name, value)
		}
	}
	row("type", f.Type)
	row("required", f.required())
	row("default", f.Default)
	row("allowed", strings.Join(f.Allowed, ", "))
	row("example", doc.Example)
	row("sets", strings.Join(doc.Env, ", "))
	_ = t.Flush()
	if doc.Text != "" {
		fmt.Fprintln(w)
		for paragraph := range strings.SplitSeq(doc.Text, "\n") {
			fmt.Fprint(w, Wrap(paragraph, "  "))
		}
	}
	if len(f.Fields) == 0 {
		return
	}
	title := "fields"
	if f.OneKey {
		title = "fields, of which one may be written"
	}
	fmt.Fprintf(w, "\n%s\n", title)
	var lines table
	for _, c := range f.Fields {
		lines = append(lines, c.line("  ", true))
	}
	lines.print(w)
}

// Tree writes the field and all inside it, a line each.
func (f *Field) Tree(w io.Writer) {
	fmt.Fprintf(w, "%s\n", f.Path)
	f.branch(nil, "  ").print(w)
}

func (f *Field) branch(lines table, indent string) table {
	for _, c := range f.Fields {
		lines = append(lines, c.line(indent, false))
		lines = c.branch(lines, indent+"  ")
	}
	return lines
}

// line is a field on one line.
func (f *Field) line(indent string, described bool) [3]string {
	about := ""
	switch {
	case f.Required:
		about = "required"
	case f.Default != "" && !described:
		about = "default " + f.Default
	}
	if described {
		if about != "" {
			about = "(" + about + ") "
		}
		about += First(f.Doc)
	}
	return [3]string{indent + f.Name, f.Type, about}
}

// table is lines in three columns, the last of which may be empty.
type table [][3]string

func (t table) print(w io.Writer) {
	var wide [2]int
	for _, line := range t {
		wide[0], wide[1] = max(wide[0], len(line[0])), max(wide[1], len(line[1]))
	}
	for _, line := range t {
		text := fmt.Sprintf("%-*s  %-*s  %s", wide[0], line[0], wide[1], line[1], line[2])
		fmt.Fprintln(w, strings.TrimRight(text, " "))
	}
}

func (f *Field) required() string {
	if f.Required {
		return "yes"
	}
	return "no"
}

// Wrap breaks a text into indented lines.
func Wrap(text, indent string) string {
	var out strings.Builder
	column := 0
	for word := range strings.FieldsSeq(text) {
		n := len([]rune(word))
		switch {
		case column == 0:
			out.WriteString(indent)
			column = len(indent)
		case column+1+n > width:
			out.WriteString("\n" + indent)
			column = len(indent)
		default:
			out.WriteByte(' ')
			column++
		}
		out.WriteString(word)
		column += n
	}
	out.WriteByte('\n')
	return out.String()
}
