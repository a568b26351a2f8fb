package graph

import (
	"cmp"
	"math"
	"slices"
)

// Distances of the picture, in pixels.
const (
	margin    = 24.0
	gap       = 28.0
	groupPad  = 24.0
	labelStep = 14.0
	headTall  = 76.0
	// channel is the way around lathens, left of it.
	channel = 30.0
)

// picture is a graph with a place for everything.
type picture struct {
	*Graph
	w, h   float64
	boxes  []*box
	site   rect
	beyond rect
	outer  rect
	lines  []line
	keys   []key
}

type rect struct{ x, y, w, h float64 }

// line is an arrow with its corners and its label.
type line struct {
	*Edge
	points [][2]float64
	label  label
}

// label is text beside an arrow.
type label struct {
	x, y   float64 // of the first baseline
	anchor string  // start, middle or end
	lines  []string
}

// lay puts the boxes into lanes: the cache on the left, Athens in the middle,
// the crawler and the volume on the right, with the ingress above and what
// Athens reaches below. A general layered layout (Sugiyama) would find the
// same rows, but knows nothing of lanes, groups and labels; the libraries that
// do call a program or run JavaScript.
func lay(g *Graph) *picture {
	p := &picture{Graph: g}
	for i := range g.Nodes {
		p.boxes = append(p.boxes, measure(&g.Nodes[i]))
	}
	p.across()
	p.down()
	p.route()
	return p
}

func (p *picture) box(id string) *box {
	i := slices.IndexFunc(p.boxes, func(b *box) bool { return b.ID == id })
	if i < 0 {
		return nil
	}
	return p.boxes[i]
}

// lanes of the site's namespace.
type lanes struct {
	front, cache, origin, athens, crawler, volume *box
}

func (p *picture) lanes() lanes {
	l := lanes{athens: p.box("athens"), cache: p.box("lathens"), crawler: p.box("crathens"), volume: p.box(volumeID)}
	for _, e := range p.Edges {
		from, to := p.box(e.From), p.box(e.To)
		switch {
		case from.Kind == Service && to == l.cache:
			l.front = from
		case from.Kind == Service && to == l.athens && l.origin == nil:
			l.origin = from
		case from.Kind == Service && to == l.athens && !e.Fallback && from != l.front:
			l.origin = from
		}
	}
	return l
}

// across finds the horizontal places.
func (p *picture) across() {
	l := p.lanes()
	left, middle, right := widest(l.front, l.cache), widest(l.origin, l.athens), widest(l.crawler, l.volume)
	if p.box(gatewayID) == nil && l.front != nil {
		left = max(left, widest(p.box(clientID), p.box(ingressID)))
	}
	// at is the middle of a lane.
	at := margin + groupPad + left/2
	if p.around() {
		at += channel
	}
	center(at, l.front, l.cache)
	if left > 0 {
		at += max(
			widest(l.cache)/2+p.labelWidth(l.cache, l.origin)+48+l.origin.w/2,
			// The label of the way to the front stands right of its arrow,
			// and must end before the arrow to the middle.
			p.labelWidth(nil, l.front)+30,
			widest(l.cache)/2+gap+l.athens.w/2)
	} else {
		at += middle / 2
	}
	center(at, l.origin, l.athens)
	x := at + middle/2
	if right > 0 {
		at += max(
			l.origin.w/2+p.labelWidth(l.crawler, l.origin)+48+right/2,
			l.athens.w/2+p.labelWidth(l.athens, l.volume)+48+right/2)
		center(at, l.crawler, l.volume)
		x = at + right/2
	}
	x = max(x, l.origin.cx()+16+p.labelWidth(nil, l.origin))
	inner := x - margin - groupPad
	wide := max(inner, sideBySide(p.at(Beyond)), sideBySide(p.at(Around)))
	if g := p.box(gatewayID); g != nil {
		wide = max(wide, g.w-2*groupPad)
	}
	wide = max(wide, headFont.width(p.Title), 560)
	shift := math.Round((wide - inner) / 2)
	for _, b := range p.boxes {
		if b.Place == Inside {
			b.x += shift
		}
	}
	p.w = math.Ceil(wide) + 2*(margin+groupPad)
	p.site = rect{x: margin, w: p.w - 2*margin}
	p.beyond, p.outer = p.site, p.site
	spreadOut(p.at(Beyond), margin+groupPad, wide)
	spreadOut(p.at(Around), margin+groupPad, wide)
	p.entryAcross(l)
}

// at are the boxes of a place.
func (p *picture) at(place Place) (out []*box) {
	for _, b := range p.boxes {
		if b.Place == place {
			out = append(out, b)
		}
	}
	return out
}

// sideBySide is how wide boxes are next to each other.
func sideBySide(boxes []*box) float64 {
	wide := -gap
	for _, b := range boxes {
		wide += b.w + gap
	}
	return wide
}

// spreadOut puts boxes side by side over a width.
func spreadOut(boxes []*box, x, wide float64) {
	free := wide
	for _, b := range boxes {
		free -= b.w
	}
	between := math.Floor(free / float64(len(boxes)+1))
	if between < gap {
		between = math.Floor(free / max(1, float64(len(boxes)-1)))
		x -= between
	}
	for _, b := range boxes {
		x += between
		b.x = x
		x += b.w
	}
}

// entryAcross puts the ingress above what it leads to.
func (p *picture) entryAcross(l lanes) {
	at := l.origin.cx()
	if g := p.box(gatewayID); g != nil {
		g.x, g.w = margin, p.w-2*margin
	} else if l.front != nil {
		at = l.front.cx()
	}
	if in := p.box(ingressID); in != nil {
		in.x = max(margin, at-in.w/2)
		at = in.cx()
	}
	client := p.box(clientID)
	edge := p.box(edgeID)
	if edge == nil {
		client.x = max(margin, math.Round(at-client.w/2))
		return
	}
	edge.x = max(margin, math.Round(at-edge.w/2))
	client.x = edge.x - p.labelWidth(client, edge) - 56 - client.w
	if client.x < margin {
		client.x = edge.right() + p.labelWidth(client, edge) + 56
	}
}

func widest(boxes ...*box) float64 {
	w := 0.0
	for _, b := range boxes {
		if b != nil {
			w = max(w, b.w)
		}
	}
	return w
}

func center(x float64, boxes ...*box) {
	for _, b := range boxes {
		if b != nil {
			b.x = math.Round(x - b.w/2)
		}
	}
}

// around says whether an arrow goes from the front past the cache to Athens.
func (p *picture) around() bool {
	l := p.lanes()
	return l.front != nil && slices.ContainsFunc(p.Edges, func(e Edge) bool {
		return e.From == l.front.ID && e.To == l.athens.ID
	})
}

// between are the arrows from one box to another; from nil, those from outside
// the namespace.
func (p *picture) between(from, to *box) (out []*Edge) {
	for i := range p.Edges {
		e := &p.Edges[i]
		if to != nil && e.To == to.ID && (from == nil && p.box(e.From).Place == Outside || from != nil && e.From == from.ID) {
			out = append(out, e)
		}
	}
	return out
}

func (p *picture) labelWidth(from, to *box) float64 {
	w := 0.0
	for _, e := range p.between(from, to) {
		w = max(w, labelFont.widest(e.words())+lockWidth)
	}
	return w
}

// down finds the vertical places.
func (p *picture) down() {
	y := headTall
	client, edge := p.box(clientID), p.box(edgeID)
	tall := client.h
	if edge != nil {
		tall = max(tall, edge.h)
		edge.y = y + (tall-edge.h)/2
	}
	client.y = y + (tall-client.h)/2
	y += tall + 46
	if in := cmp.Or(p.box(gatewayID), p.box(ingressID)); in != nil {
		in.y = y
		y = in.bottom() + 18
	} else {
		y -= 28
	}
	l := p.lanes()
	y += labelStep*float64(max(p.labelLines(nil, l.front), p.labelLines(nil, l.origin))) + 6
	p.site.y = y
	y += groupPad
	if l.front != nil {
		l.front.y = y
		y = l.front.bottom() + 40
	} else {
		y += lineStep * float64(len(p.rules()))
	}
	y = middle(y, max(p.sideLabel(l.cache, l.origin), p.sideLabel(l.crawler, l.origin)), l.cache, l.origin, l.crawler) + 44
	y = middle(y, p.sideLabel(l.athens, l.volume), l.athens, l.volume)
	p.site.h = y + groupPad - p.site.y
	y += groupPad
	if boxes := p.at(Beyond); len(boxes) > 0 {
		y = p.beyond.group(y+36+labelStep*float64(p.waysOut()), boxes)
	}
	if boxes := p.at(Around); len(boxes) > 0 {
		y = p.outer.group(y+22, boxes)
	}
	p.keys = p.legend(y + 30)
	p.h = math.Ceil(p.keys[len(p.keys)-1].y + margin)
}

// group puts boxes into a rectangle that begins at y, and returns where it ends.
func (r *rect) group(y float64, boxes []*box) float64 {
	r.y = y
	bottom := y
	for _, b := range boxes {
		b.y = y + 18
		bottom = max(bottom, b.bottom())
	}
	r.h = bottom + 34 - y
	return y + r.h
}

// middle puts boxes side by side with their centres in one line, at least tall
// pixels high, and returns where they end.
func middle(y, tall float64, boxes ...*box) float64 {
	for _, b := range boxes {
		if b != nil {
			tall = max(tall, b.h)
		}
	}
	for _, b := range boxes {
		if b != nil {
			b.y = y + math.Round((tall-b.h)/2)
		}
	}
	return y + tall
}

func (p *picture) labelLines(from, to *box) int {
	n := 0
	for _, e := range p.between(from, to) {
		n = max(n, len(e.words()))
	}
	return n
}

// sideLabel is the height of a row that an arrow's label needs on both sides.
func (p *picture) sideLabel(from, to *box) float64 {
	if from == nil || to == nil {
		return 0
	}
	return 2 * (labelStep*float64(p.labelLines(from, to)) + 6)
}

// waysOut is the most lines of a label below Athens.
func (p *picture) waysOut() int {
	n := 0
	for i := range p.Edges {
		if p.box(p.Edges[i].To).Place == Beyond {
			n = max(n, len(p.Edges[i].Label))
		}
	}
	return n
}
