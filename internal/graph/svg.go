package graph

import (
	"cmp"
	_ "embed"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/gomods/athens-kfn/pkg/quote"
)

//go:embed style.css
var style string

// SVG is the picture. It is readable where it stands alone, in a light and in a
// dark page, and says in words what it shows.
func (g *Graph) SVG() string { return g.svg(false) }

// svg is the picture, alone or as part of a page, where its boxes are buttons.
func (g *Graph) svg(page bool) string {
	p := lay(g)
	d := &drawing{page: page}
	w, h, role := num(p.w), num(p.h), `role="img"`
	if page {
		// Smaller text is not legible: narrow screens scroll.
		role = fmt.Sprintf(`role="group" style="min-width: %spx"`, num(math.Ceil(0.82*p.w)))
	}
	d.open(`<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" viewBox="0 0 %s %s" %s aria-labelledby="site-title site-desc">`, w, h, w, h, role)
	d.add(`<title id="site-title">%s</title>`, quote.XML(g.name()))
	d.add(`<desc id="site-desc">%s</desc>`, quote.XML(g.About))
	d.add("<style>\n%s</style>", style)
	d.add(`<rect class="paper" x="0.5" y="0.5" width="%s" height="%s" rx="12"/>`, num(p.w-1), num(p.h-1))
	d.text("head", margin, 40, "", g.Title)
	d.text("sub", margin, 60, "", g.Subtitle)
	d.area("area", p.site)
	for i, r := range p.rules() {
		d.text(r.class, p.site.right()-16, p.site.y+26+lineStep*float64(i), "end", r.text)
	}
	if len(p.at(Beyond)) > 0 {
		d.group(p.beyond, g.beyondTitle())
	}
	if len(p.at(Around)) > 0 {
		d.group(p.outer, aroundTitle)
	}
	// Boxes come after the arrows, so that no line crosses one.
	for i := range p.lines {
		d.line(g, &p.lines[i])
	}
	for _, b := range p.boxes {
		d.box(b)
	}
	for _, k := range p.keys {
		d.key(k)
	}
	d.close("svg")
	return d.out.String()
}

// rules are the texts in the upper right corner of the namespace.
func (p *picture) rules() []struct{ class, text string } {
	out := []struct{ class, text string }{{"strong", "namespace " + p.Namespace}}
	for _, r := range p.Rules {
		out = append(out, struct{ class, text string }{"line", r})
	}
	return out
}

func (r rect) right() float64 { return r.x + r.w }

// drawing writes elements, one a line.
type drawing struct {
	out   strings.Builder
	depth int
	// page makes buttons of the boxes.
	page bool
}

func (d *drawing) add(format string, args ...any) {
	d.out.WriteString(strings.Repeat("  ", d.depth))
	fmt.Fprintf(&d.out, format+"\n", args...)
}

func (d *drawing) open(format string, args ...any) {
	d.add(format, args...)
	d.depth++
}

func (d *drawing) close(name string) {
	d.depth--
	d.add("</%s>", name)
}

func (d *drawing) text(class string, x, y float64, anchor, s string) {
	if anchor != "" {
		anchor = ` text-anchor="` + anchor + `"`
	}
	// The length makes the text as long as the layout takes it to be, in any font.
	d.add(`<text class="%s" x="%s" y="%s"%s textLength="%s" lengthAdjust="spacingAndGlyphs">%s</text>`,
		class, num(x), num(y), anchor, num(classFont(class).width(s)), quote.XML(s))
}

func (d *drawing) area(class string, r rect) {
	d.add(`<rect class="%s" x="%s" y="%s" width="%s" height="%s" rx="10"/>`, class, num(r.x), num(r.y), num(r.w), num(r.h))
}

// group is an area with its name in the lower left corner.
func (d *drawing) group(r rect, title string) {
	d.area("area far", r)
	d.text("line", r.x+16, r.y+r.h-13, "", title)
}

func (d *drawing) line(g *Graph, l *line) {
	class := "edge"
	switch {
	case l.Fallback:
		class += " fallback"
	case l.Principal != "":
		class += " mtls"
	}
	d.open(`<g class="%s" data-from="%s" data-to="%s">`, class, quote.XML(l.From), quote.XML(l.To))
	d.add(`<title>%s</title>`, quote.XML(g.about(l.Edge)))
	last, before := l.points[len(l.points)-1], l.points[len(l.points)-2]
	dx, dy := direction(before, last)
	tip := last
	l.points[len(l.points)-1] = [2]float64{last[0] - dx*(headSize-1), last[1] - dy*(headSize-1)}
	d.add(`<path class="arrow" d="%s"/>`, rounded(l.points))
	d.add(`<path class="point" d="M%s %sL%s %sL%s %sZ"/>`, num(tip[0]), num(tip[1]),
		num(tip[0]-dx*headSize-dy*4), num(tip[1]-dy*headSize+dx*4), num(tip[0]-dx*headSize+dy*4), num(tip[1]-dy*headSize-dx*4))
	d.label(l)
	d.close("g")
}

// label writes the words of an arrow; before an identity stands a lock. The
// identity of a way to the side stands below it.
func (d *drawing) label(l *line) {
	for i, s := range l.label.lines {
		x, y := l.label.x, l.label.y+labelStep*float64(i)
		if identity := l.Principal != "" && i == len(l.label.lines)-1; identity {
			if l.label.anchor == "middle" {
				y += 12
				x += lockWidth / 2
				d.lock(x-labelFont.width(s)/2-lockWidth, y)
			} else {
				d.lock(x, y)
				x += lockWidth
			}
		}
		anchor := l.label.anchor
		if anchor == "start" {
			anchor = ""
		}
		d.text("label", x, y, anchor, s)
	}
}

func (d *drawing) lock(x, y float64) {
	d.add(`<g class="lock" transform="translate(%s %s)"><rect x="0" y="-6" width="9" height="6.5" rx="1.2"/><path d="M2 -6v-1.6a2.5 2.5 0 0 1 5 0V-6"/></g>`, num(x), num(y))
}

// direction from one corner to the next, which differ in one of x and y.
func direction(from, to [2]float64) (dx, dy float64) {
	return float64(cmp.Compare(to[0], from[0])), float64(cmp.Compare(to[1], from[1]))
}

// rounded is a path through corners, each cut off by an arc.
func rounded(points [][2]float64) string {
	out := "M" + pair(points[0])
	for i := 1; i < len(points); i++ {
		if i == len(points)-1 {
			return out + "L" + pair(points[i])
		}
		dx, dy := direction(points[i-1], points[i])
		ex, ey := direction(points[i], points[i+1])
		r := min(8, distance(points[i-1], points[i])/2, distance(points[i], points[i+1])/2)
		x, y := points[i][0], points[i][1]
		out += "L" + pair([2]float64{x - dx*r, y - dy*r}) +
			"Q" + pair(points[i]) + " " + pair([2]float64{x + ex*r, y + ey*r})
	}
	return out
}

func distance(a, b [2]float64) float64 { return math.Abs(a[0]-b[0]) + math.Abs(a[1]-b[1]) }

func pair(p [2]float64) string { return num(p[0]) + " " + num(p[1]) }

// num writes a coordinate with one digit after the point.
func num(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }
