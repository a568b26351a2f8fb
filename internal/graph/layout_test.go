package graph

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/manifests"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

func (r rect) overlaps(o rect) bool {
	return r.x < o.x+o.w && o.x < r.x+r.w && r.y < o.y+o.h && o.y < r.y+r.h
}

func (b *box) rect() rect { return rect{b.x, b.y, b.w, b.h} }

// rects are the places of a label's lines.
func (l *line) rects() []rect {
	var out []rect
	for i, s := range l.label.lines {
		w := labelFont.width(s)
		x, y := l.label.x, l.label.y+labelStep*float64(i)
		if l.Principal != "" && i == len(l.label.lines)-1 {
			w += lockWidth
			if l.label.anchor == "middle" {
				y += 12
			}
		}
		if l.label.anchor == "middle" {
			x -= w / 2
		}
		out = append(out, rect{x, y - 9, w, 11})
	}
	return out
}

// segments are the straight parts of an arrow, one pixel thick.
func (l *line) segments() []rect {
	var out []rect
	for i := 1; i < len(l.points); i++ {
		a, b := l.points[i-1], l.points[i]
		out = append(out, rect{min(a[0], b[0]), min(a[1], b[1]), math.Abs(a[0]-b[0]) + 1, math.Abs(a[1]-b[1]) + 1})
	}
	return out
}

// TestNothingCovers: boxes, labels and arrows keep clear of each other, and
// stay inside the picture and their groups.
func TestNothingCovers(t *testing.T) {
	every(t, func(t *testing.T, _ *v1alpha1.AthensSite, g *Graph) {
		p := lay(g)
		paper := rect{0, 0, p.w, p.h}
		inside := func(r, of rect) bool {
			return r.x >= of.x && r.y >= of.y && r.x+r.w <= of.x+of.w && r.y+r.h <= of.y+of.h
		}
		head := rect{margin, 20, headFont.width(g.Title), 46}
		for i, b := range p.boxes {
			group := map[Place]rect{Outside: paper, Inside: p.site, Beyond: p.beyond, Around: p.outer}[b.Place]
			if !inside(b.rect(), group) {
				t.Errorf("%s is outside its group", b.ID)
			}
			if b.rect().overlaps(head) {
				t.Errorf("%s covers the title", b.ID)
			}
			for _, o := range p.boxes[:i] {
				if b.rect().overlaps(o.rect()) {
					t.Errorf("%s covers %s", b.ID, o.ID)
				}
			}
		}
		var rules []rect
		for i, r := range p.rules() {
			w := lineFont.width(r.text)
			rules = append(rules, rect{p.site.right() - 16 - w, p.site.y + 16 + lineStep*float64(i), w, 12})
		}
		for _, b := range p.boxes {
			if slices.ContainsFunc(rules, b.rect().overlaps) {
				t.Errorf("%s covers the rules", b.ID)
			}
		}
		for i := range p.lines {
			l := &p.lines[i]
			for _, s := range l.segments() {
				if slices.ContainsFunc(rules, s.overlaps) {
					t.Errorf("%s crosses the rules", g.about(l.Edge))
				}
			}
			for _, s := range l.segments() {
				for _, b := range p.boxes {
					if b.ID != l.From && b.ID != l.To && s.overlaps(b.rect()) {
						t.Errorf("%s crosses %s", g.about(l.Edge), b.ID)
					}
				}
			}
			for _, r := range l.rects() {
				if !inside(r, paper) {
					t.Errorf("the label of %s is outside the picture", g.about(l.Edge))
				}
				for _, b := range p.boxes {
					if r.overlaps(b.rect()) {
						t.Errorf("the label of %s covers %s", g.about(l.Edge), b.ID)
					}
				}
				for j := range p.lines {
					if slices.ContainsFunc(p.lines[j].segments(), r.overlaps) {
						t.Errorf("%s crosses the label of %s", g.about(p.lines[j].Edge), g.about(l.Edge))
					}
					if i != j && slices.ContainsFunc(p.lines[j].rects(), r.overlaps) {
						t.Errorf("the labels of %s and %s cover each other", g.about(p.lines[j].Edge), g.about(l.Edge))
					}
				}
			}
		}
	})
}

// TestTextFits: each text has its length written on it, so that no font makes it
// longer, and ends inside the card or the picture that it is in.
func TestTextFits(t *testing.T) {
	every(t, func(t *testing.T, s *v1alpha1.AthensSite, _ *Graph) {
		s.Name, s.Namespace = "go-proxy-of-the-platform-with-a-name", "platform-engineering-with-a-long-name"
		s.Spec.Host = "go-module-proxy.platform-engineering.internal.corporation-with-a-long-name.example.com"
		g := New(manifests.Rendered(s))
		var picture struct {
			Width float64 `xml:"width,attr"`
			texts
			Boxes []struct {
				ID   string `xml:"data-id,attr"`
				Card []struct {
					Class string  `xml:"class,attr"`
					X     float64 `xml:"x,attr"`
					Width float64 `xml:"width,attr"`
				} `xml:"rect"`
				texts
			} `xml:"g"`
		}
		if err := xml.Unmarshal([]byte(g.SVG()), &picture); err != nil {
			t.Fatal(err)
		}
		picture.fit(t, "the picture", margin, picture.Width-margin)
		boxes := 0
		for _, b := range picture.Boxes {
			if b.ID != "" {
				boxes++
				b.fit(t, b.ID, b.Card[0].X+padX, b.Card[0].X+b.Card[0].Width-padX)
			}
		}
		if boxes != len(g.Nodes) {
			t.Errorf("%d boxes of %d", boxes, len(g.Nodes))
		}
	})
}

type texts struct {
	Texts []struct {
		X      float64 `xml:"x,attr"`
		Anchor string  `xml:"text-anchor,attr"`
		Length float64 `xml:"textLength,attr"`
		Text   string  `xml:",chardata"`
	} `xml:"text"`
}

func (of texts) fit(t *testing.T, in string, from, to float64) {
	t.Helper()
	for _, l := range of.Texts {
		x := l.X
		if l.Anchor == "end" {
			x -= l.Length
		}
		if l.Length <= 0 && l.Text != "" || x < from-1 || x+l.Length > to+1 {
			t.Errorf("%s is from %g to %g: %q is from %g to %g", in, from, to, l.Text, x, x+l.Length)
		}
	}
}

func TestWellFormed(t *testing.T) {
	every(t, func(t *testing.T, _ *v1alpha1.AthensSite, g *Graph) {
		d := xml.NewDecoder(strings.NewReader(g.SVG()))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				return
			} else if err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestSameGraphSameBytes(t *testing.T) {
	every(t, func(t *testing.T, s *v1alpha1.AthensSite, g *Graph) {
		if o := New(manifests.Rendered(s)); o.SVG() != g.SVG() || o.Mermaid() != g.Mermaid() || o.Dot() != g.Dot() {
			t.Error("two drawings of one site differ")
		}
	})
}
