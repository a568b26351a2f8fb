package quote_test

import (
	"encoding/xml"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/quote/quotetest"
)

func TestXML(t *testing.T) {
	for _, s := range quotetest.All {
		d := xml.NewDecoder(strings.NewReader(`<a b="` + quote.XML(s) + `">` + quote.XML(s) + `</a>`))
		var attribute, content string
		for {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Errorf("%q: %v", s, err)
				break
			}
			switch token := token.(type) {
			case xml.StartElement:
				attribute = token.Attr[0].Value
			case xml.CharData:
				content += string(token)
			}
		}
		if blanks(attribute) != blanks(s) || blanks(content) != blanks(s) {
			t.Errorf("%q is read as %q and %q", s, attribute, content)
		}
	}
}

func TestDot(t *testing.T) {
	word := regexp.MustCompile(`^"(?:[^"\\\n]|\\["\\n])*"$`)
	for _, s := range quotetest.All {
		if got := quote.Dot(s, s); !word.MatchString(got) {
			t.Errorf("%q: %s is not one word", s, got)
		}
	}
}

func TestMermaid(t *testing.T) {
	code := regexp.MustCompile("#[a-z0-9]+;")
	for _, s := range quotetest.All {
		if rest := code.ReplaceAllString(quote.Mermaid(s), ""); strings.ContainsAny(rest, "#;\"<>&`{}[]|\\*_@\n\r") {
			t.Errorf("%q: %q is left", s, rest)
		}
	}
}
