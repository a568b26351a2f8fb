package docs

import (
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

// A page shows a picture 800 pixels wide, or less: what is wider shrinks, with
// its text.
const (
	pageWidth    = 800
	smallestText = 12
)

func TestPictures_CanBeRead(t *testing.T) {
	pictures := 0
	for _, page := range pages(t) {
		for _, m := range regexp.MustCompile(`!\[[^\]]*\]\(([^)]+\.svg)\)`).FindAllStringSubmatch(read(t, page), -1) {
			pictures++
			picture := read(t, filepath.Join(filepath.Dir(page), m[1]))
			if width := numbers(t, picture, `<svg [^>]*\bwidth="([0-9.]+)"`)[0]; width > pageWidth {
				t.Errorf("%s: %s is %g wide, want at most %d", page, m[1], width, pageWidth)
			}
			for _, size := range numbers(t, picture, `font(?:-size)?: ([0-9.]+)px`) {
				if size < smallestText {
					t.Errorf("%s: %s has text of %gpx, want at least %d", page, m[1], size, smallestText)
				}
			}
		}
	}
	if pictures == 0 {
		t.Error("no page has a picture")
	}
}

// numbers are those that a pattern finds, at least one.
func numbers(t *testing.T, text, pattern string) (out []float64) {
	t.Helper()
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		n, err := strconv.ParseFloat(m[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, n)
	}
	if len(out) == 0 {
		t.Fatalf("nothing matches %s", pattern)
	}
	return out
}
