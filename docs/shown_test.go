package docs

import "testing"

func TestShown(t *testing.T) {
	const output = "one\ntwo\nthree\nfour\n"
	for page, want := range map[string]string{
		output:                    output,
		"...\nthree\nfour\n":      "...\nthree\nfour\n",
		"one\n...\n":              "one\n...\n",
		"one\n...\nf…\n":          "one\n...\nf…\n",
		"one\n…o\nth…\nfour\n":    "one\n…o\nth…\nfour\n",
		"one\n2\nthree\nfour\n":   output,
		"one\n...\nfive\n":        output, // never printed
		"one\ntwo\nthree\n":       output,
		"...\nthree\n":            "...\nthree\nfour\n",
		"one\n…x\nthree\nfour\n":  output,
		"one\n...\nthree\n...\n":  "one\n...\nthree\n...\n",
		"":                        output,
		"zero\none\ntwo\nthree\n": output,
	} {
		if got := shown(page, output); got != want {
			t.Errorf("%q is shown as %q, want %q", page, got, want)
		}
	}
}
