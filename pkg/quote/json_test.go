package quote_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/pkg/quote"
)

func TestJSON(t *testing.T) {
	in := map[string]string{"a\u202eb": "√ <größe>\n\x1b\u007f\u00ad\u2028\U000e0041\"\\"}
	var out bytes.Buffer
	if err := quote.JSON(&out, in); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(out.String(), "\u202e\x1b\u007f\u00ad\u2028\U000e0041") || !strings.Contains(out.String(), "√ <größe>") {
		t.Errorf("printed raw: %q", out.String())
	}
	var back map[string]string
	if err := json.Unmarshal(out.Bytes(), &back); err != nil || back["a\u202eb"] != in["a\u202eb"] {
		t.Errorf("%v: read back as %q", err, back)
	}
}
