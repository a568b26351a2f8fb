package quote

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"unicode/utf16"
)

// JSON writes a value as indented JSON that a terminal can show: characters that
// are not visible are escaped, which encoding/json does for a few of them only.
func JSON(w io.Writer, v any) error {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	if text := out.String(); !isPlain(text) {
		out.Reset()
		for _, r := range text {
			if r == '\n' || strconv.IsPrint(r) {
				out.WriteRune(r)
				continue
			}
			for _, unit := range utf16.Encode([]rune{r}) { // only inside of strings
				fmt.Fprintf(&out, "\\u%04x", unit)
			}
		}
	}
	_, err := w.Write(out.Bytes())
	return err
}
