package graph

import (
	"strings"
	"unicode/utf8"
)

// helvetica is the width of the characters from space to tilde in thousandths
// of the font size (Adobe's font metrics of Helvetica, which Arial shares).
var helvetica = [...]int16{
	278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
	556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
	1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
	667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
	333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
	556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
}

type font struct {
	size float64
	// stretch widens Helvetica's figures: for bold text, and halfway to the system
	// fonts that are wider.
	stretch float64
	// spacing is between letters.
	spacing float64
	mono    bool
}

var (
	headFont    = font{size: 19, stretch: 1.12}
	captionFont = font{size: 9.5, stretch: 1.12, spacing: 0.57}
	titleFont   = font{size: 14, stretch: 1.12}
	lineFont    = font{size: 12, stretch: 1.06}
	labelFont   = font{size: 11, stretch: 1.06}
	strongFont  = font{size: 11.5, stretch: 1.12}
	monoFont    = font{size: 11, mono: true}
	zonedFont   = font{size: 8.5, stretch: 1.06}
)

// classFont is the font that style.css gives a class.
func classFont(class string) font {
	switch class {
	case "head":
		return headFont
	case "cap":
		return captionFont
	case "title":
		return titleFont
	case "strong":
		return strongFont
	case "mono":
		return monoFont
	case "label":
		return labelFont
	case "zoned":
		return zonedFont
	}
	return lineFont
}

func (f font) width(s string) float64 {
	if f.mono {
		// DejaVu Sans Mono and Menlo; Consolas and Courier are narrower.
		return float64(utf8.RuneCountInString(s)) * 0.602 * f.size
	}
	sum := 0.0
	for _, r := range s {
		w := 600.0
		if i := int(r) - ' '; i >= 0 && i < len(helvetica) {
			w = float64(helvetica[i])
		}
		sum += w
	}
	return sum/1000*f.size*f.stretch + f.spacing*float64(utf8.RuneCountInString(s))
}

// wrap breaks a text into lines that are no wider than limit: after spaces
// where that is possible, else after the marks that names are made of.
func (f font) wrap(s string, limit float64) []string {
	var out []string
	for f.width(s) > limit {
		at := f.breakAt(s, limit)
		if at <= 0 {
			break
		}
		out = append(out, strings.TrimRight(s[:at], " "))
		s = strings.TrimLeft(s[at:], " ")
	}
	return append(out, s)
}

// breakAt is where a line that is too long ends: after a space, unless that leaves
// most of the line empty; else after a mark, else anywhere.
func (f font) breakAt(s string, limit float64) int {
	space, mark, letter := 0, 0, 0
	for end := 0; end < len(s); {
		r, size := utf8.DecodeRuneInString(s[end:])
		end += size
		if f.width(strings.TrimRight(s[:end], " ")) > limit {
			break
		}
		letter = end
		switch {
		case r == ' ':
			space = end
		case strings.ContainsRune("/.-,:", r):
			mark = end
		}
	}
	switch {
	case space > 0 && (f.width(s[:space]) > limit/3 || mark <= space):
		return space
	case mark > 0:
		return mark
	}
	return letter
}

func (f font) widest(lines []string) float64 {
	w := 0.0
	for _, l := range lines {
		w = max(w, f.width(l))
	}
	return w
}
