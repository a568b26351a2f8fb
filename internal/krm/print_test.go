package krm

import (
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// words are what a YAML writer gets wrong.
var words = []string{
	"", " ", "a", "n", "y", "yes", "No", "on", "OFF", "true", "Null", "~", "017", "0o17", "0x1F", "1_000", "1e3", "1E+06",
	"1.5", "0.05", "017.5", "1.", "1.2.3", "10.0.0.1", "1.2e3.4", "1..2", "771b44a1ebcf1523", "1e5b", "07fa2692055cea03", "07f", "07_f", "0_7f", "0_xf", "00xf", "00b1", "01d", "01e5", "0b1f", "0b11", "0o-6", "0b12", "0xfe", "1f", "-1f", "1_a", "7d", "2001-01-01d", ".5", ".inf", "-.inf", ".nan", "-", "--", "---", "...", "+1", "-1", "-a", "-c", "-inf", "+INF", "-nan", "-e5", "-x1", "-o7", "+a", "-_1", "-a1.5", "-y", "-No", "1:30", "12:30:45", "2001-01-01",
	"2001-01-01T00:00:00Z", "1.2.3", "v1", "a: b", "a:b", "a #b", "a#b", "#a", ": a", ":path", "? a", "- a", "*a", "&a", "!a",
	"%a", "@a", "`a", "|a", ">a", "'a", "\"a", "a'b", "a\"b", "[a", "{a", "a]", "a,b", ",a", "<<", "=", "<a",
	"./*", "*/@v/list", "^(GET|HEAD)$", "/.+/@v/.+\\.zip", "17 */6 * * *", "a ", " a", "a\n", "a\nb", "a\nb\n", "\na", " a\nb\n",
	"a\n\n", "a \nb", "a\tb", "a\n\tb = \"c\"\n", "\ta\n\tb\n", "a\n\t\nb\t\n", "a\t \nb", "a\n \tb\t", "\t\n", "a\n\t# b\n---\n", "é", "a\x00b", "1.10", "08", "0b1", "1__0", "190:20:30", "GOPROXY=a;GOPRIVATE=b/*",
}

func print(t *testing.T, n *yaml.Node, fast bool) string {
	t.Helper()
	var p printer
	var err error
	if fast {
		err = p.top(n)
	} else {
		err = p.slow(n)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(p.out)
}

func treeOf(word string) *yaml.Node {
	var b builder
	n, list, nested := b.mapping(), b.sequence(), b.mapping()
	list.Content = append(list.Content, b.str(word), b.str("x"), b.mapping(), b.sequence())
	b.set(nested, "a", b.str(word))
	b.set(nested, "b", b.integer(1_000_000))
	list.Content = append(list.Content, nested)
	b.set(n, "list", list)
	b.set(n, "text", b.str(word))
	b.set(n, "empty", b.mapping())
	if word != "" {
		b.set(n, word, b.boolean(true))
	}
	return n
}

// TestPrinterIsTheLibrary holds the fast printer byte for byte against the
// library, and what is printed against what was meant.
func TestPrinterIsTheLibrary(t *testing.T) {
	for _, word := range words {
		holdAgainstLibrary(t, word)
	}
}

func FuzzPrinter(f *testing.F) {
	for _, word := range words {
		f.Add(word)
	}
	f.Fuzz(func(t *testing.T, word string) {
		if !utf8.ValidString(word) {
			t.Skip("no YAML reader hands this over")
		}
		holdAgainstLibrary(t, word)
	})
}

func holdAgainstLibrary(t *testing.T, word string) {
	n := treeOf(word)
	fast := print(t, n, true)
	if slow := print(t, n, false); slow != fast {
		t.Errorf("%q: -library +printer:\n%s", word, cmp.Diff(slow, fast))
	}
	var back struct{ Text any }
	if err := yaml.Unmarshal([]byte(fast), &back); err != nil {
		t.Errorf("%q cannot be read back: %v\n%s", word, err, fast)
	} else if back.Text != word {
		t.Errorf("%q is read back as %#v", word, back.Text)
	}
}

// TestOldReaders wants words that YAML 1.1 takes for something else in quotes.
func TestOldReaders(t *testing.T) {
	for _, word := range []string{"n", "y", "yes", "no", "on", "off", "017", "1e3", "1:30", "1_000", "true", "null", "~", "0x1F", "2001-01-01"} {
		var b builder
		n := b.mapping()
		b.set(n, "a", b.str(word))
		if got := print(t, n, true); got != "a: \""+word+"\"\n" && got != "a: '"+word+"'\n" {
			t.Errorf("%q is printed as %s", word, got)
		}
	}
}
