package graph

import (
	"math"
	"strings"
)

// Measures of boxes, in pixels.
const (
	padX      = 14.0
	padTop    = 19.0 // to the baseline of the caption
	titleStep = 18.0
	lineStep  = 16.0
	rowStep   = 20.0
	podSize   = 12.0
	podStep   = 16.0
	zoneGap   = 6.0
	minWidth  = 150.0
	// maxPods are drawn; more are a number.
	maxPods = 12
	// zones that pods are drawn in: what clouds usually have. The cluster
	// knows how many it really has.
	zones = 3
)

// box is a node with its place in the picture.
type box struct {
	*Node
	titles     []string
	lines      []string
	columns    []float64 // of the table of routes
	x, y, w, h float64
}

func (b *box) cx() float64     { return b.x + b.w/2 }
func (b *box) cy() float64     { return b.y + b.h/2 }
func (b *box) right() float64  { return b.x + b.w }
func (b *box) bottom() float64 { return b.y + b.h }

// limits are the widths at which lines of text break.
var limits = map[Place]float64{Outside: 600, Inside: 250, Beyond: 220, Around: 220}

// measure makes a box as large as what is in it.
func measure(n *Node) *box {
	limit := limits[n.Place]
	b := &box{Node: n, titles: titleFont.wrap(n.Title, limit)}
	lines := n.Lines
	if n.Principal != "" && n.Place == Inside {
		lines = append(lines[:len(lines):len(lines)], "identity "+account(n.Principal))
	}
	for _, l := range lines {
		b.lines = append(b.lines, lineFont.wrap(l, limit)...)
	}
	b.w = max(minWidth, captionFont.width(strings.ToUpper(string(n.Kind))), titleFont.widest(b.titles), lineFont.widest(b.lines))
	b.h = padTop + titleStep*float64(len(b.titles)) + lineStep*float64(len(b.lines)) + 12
	if n.Pods != nil {
		b.w = max(b.w, n.Pods.width(), lineFont.width(n.Pods.String()))
		b.h += n.Pods.tall() + lineStep
	}
	if len(n.Routes) > 0 {
		b.table()
	}
	b.w = math.Ceil((b.w+2*padX)/2) * 2
	return b
}

func (b *box) table() {
	b.columns = make([]float64, len(routeColumns))
	for i, c := range routeColumns {
		b.columns[i] = strongFont.width(c.title)
		for _, r := range b.Routes {
			b.columns[i] = max(b.columns[i], c.font.width(c.text(r)))
		}
	}
	wide := float64(len(b.columns)-1) * 22
	for _, w := range b.columns {
		wide += w
	}
	b.w = max(b.w, wide)
	b.h += rowStep*float64(len(b.Routes)+1) + 10
}

var routeColumns = []column{
	{"route", strongFont, func(r Route) string { return r.Name }},
	{"matches", monoFont, func(r Route) string { return r.Match }},
	{"timeout", lineFont, func(r Route) string { return r.Timeout }},
	{"tries", lineFont, func(r Route) string { return r.Tries }},
	{"goes to", lineFont, Route.target},
}

type column struct {
	title string
	font  font
	text  func(Route) string
}

// class is how the column's text is set.
func (c column) class() string {
	switch c.font {
	case strongFont:
		return "strong"
	case monoFont:
		return "mono"
	}
	return "line"
}

func (r Route) target() string {
	if r.Answered() {
		return "answers " + r.To
	}
	return r.To[len(serviceID("")):]
}

// perZone are the pods of each zone: how many, and how many of them always run.
func (p *Pods) perZone() (all, always []int) {
	n := 1
	if p.zoned() {
		n = min(zones, p.Max)
	}
	all, always = make([]int, n), make([]int, n)
	for i := range min(p.Max, maxPods) {
		all[i%n]++
		if i < p.Min {
			always[i%n]++
		}
	}
	return all, always
}

// zoned says whether the pods are drawn in their zones.
func (p *Pods) zoned() bool { return p.Zones && p.Max > 1 }

func (p *Pods) tall() float64 {
	if p.zoned() {
		return 38
	}
	return 22
}

func (p *Pods) width() float64 {
	all, _ := p.perZone()
	w := 0.0
	for _, n := range all {
		w += zoneWidth(n) + zoneGap
	}
	if p.Max > maxPods {
		w += 28
	}
	return w
}

func zoneWidth(pods int) float64 { return max(40, podStep*float64(pods)+12) }
