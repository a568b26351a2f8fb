package crathens

import (
	"strings"
	"testing"
)

// Each bound of an answer holds at its value, and not one byte further.
func TestBounds_OfAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		read func(over int) error
		want string
	}{
		"list": {func(over int) error {
			_, err := readList(strings.NewReader(strings.Repeat(strings.Repeat("x", 1023)+"\n", maxList>>10)+strings.Repeat("\n", over)), 1)
			return err
		}, "the list is longer than 16 MiB"},
		"info": {func(over int) error {
			_, err := readInfo(strings.NewReader(`{"Version": "v1.0.0"` + strings.Repeat(" ", maxInfo+over-len(`{"Version": "v1.0.0"}`)) + "}"))
			return err
		}, "no JSON: unexpected EOF"},
		"page": {func(over int) error {
			const page = `{"next": "", "modules": []}`
			_, err := decodePage(strings.NewReader(page[:len(page)-1]+" }"), int64(len(page)+1-over), nil)
			return err
		}, "unexpected EOF"},
		"token": {func(over int) error {
			_, err := decodePage(strings.NewReader(`{"modules": [], "next": "`+strings.Repeat("n", maxText+over)+`"}`), maxPageBytes, nil)
			return err
		}, "longer than 8 KiB"},
	} {
		if err := c.read(0); err != nil {
			t.Errorf("%s at the bound: %v", name, err)
		}
		if err := c.read(1); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s past the bound: got %v, want %q", name, err, c.want)
		}
	}
}
