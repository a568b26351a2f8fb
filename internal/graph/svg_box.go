package graph

import (
	"fmt"
	"strings"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// classOf gives kinds their colours.
func classOf(k Kind) string {
	switch k {
	case Gateway, Ingress, Edger:
		return "k-in"
	case Service:
		return "k-service"
	case Workload, Job:
		return "k-work"
	case Storage, Volume, Lock, Index:
		return "k-store"
	}
	return "k-far"
}

// box draws a node: its kind, its title, its lines, and then its routes or its
// pods.
func (d *drawing) box(b *box) {
	button := ""
	if d.page {
		button = fmt.Sprintf(` tabindex="0" role="button" aria-haspopup="dialog" aria-label="%s"`, quote.XML(string(b.Kind)+" "+b.Title))
	}
	d.open(`<g class="box %s" data-id="%s"%s>`, classOf(b.Kind), quote.XML(b.ID), button)
	d.add(`<title>%s</title>`, quote.XML(string(b.Kind)+" "+b.Title))
	radius := 8.0
	if b.Kind == Service || b.Kind == Client {
		radius = 16
	}
	d.add(`<rect class="card" x="%s" y="%s" width="%s" height="%s" rx="%s"/>`, num(b.x), num(b.y), num(b.w), num(b.h), num(radius))
	x, y := b.x+padX, b.y+padTop
	d.text("cap", x, y, "", strings.ToUpper(string(b.Kind)))
	for _, l := range b.titles {
		y += titleStep
		d.text("title", x, y, "", l)
	}
	for _, l := range b.lines {
		y += lineStep
		d.text("line", x, y, "", l)
	}
	if b.Pods != nil {
		y += lineStep
		d.text("line", x, y, "", b.Pods.String())
		d.pods(b.Pods, x, y+8)
	}
	if len(b.Routes) > 0 {
		d.routes(b, y)
	}
	d.close("g")
}

// pods draws each pod in its zone: filled those that always run, empty those
// that the autoscaler may add.
func (d *drawing) pods(p *Pods, x, y float64) {
	all, always := p.perZone()
	for zone, n := range all {
		left, top := 0.0, 0.0
		if p.zoned() {
			left, top = 8, 14
			d.add(`<rect class="zone" x="%s" y="%s" width="%s" height="30" rx="5"/>`, num(x), num(y), num(zoneWidth(n)))
			d.text("zoned", x+6, y+10, "", fmt.Sprintf("zone %d", zone+1))
		}
		for i := range n {
			class := "pod"
			if i >= always[zone] {
				class = "pod spare"
			}
			d.add(`<rect class="%s" x="%s" y="%s" width="%s" height="%s" rx="3"/>`,
				class, num(x+left+podStep*float64(i)), num(y+top), num(podSize), num(podSize))
		}
		x += zoneWidth(n) + zoneGap
	}
	if p.Max > maxPods {
		d.text("line", x, y+24, "", fmt.Sprintf("+%d", p.Max-maxPods))
	}
}

// routes draws the table of a gateway's routes, and a line above each row.
func (d *drawing) routes(b *box, y float64) {
	free := b.w - 2*padX
	for _, w := range b.columns {
		free -= w
	}
	between := free / float64(len(b.columns)-1)
	y += 10
	for row := -1; row < len(b.Routes); row++ {
		y += rowStep
		x := b.x + padX
		for i, c := range routeColumns {
			if row < 0 {
				d.text("zoned", x, y, "", c.title)
			} else {
				d.text(c.class(), x, y, "", c.text(b.Routes[row]))
			}
			x += b.columns[i] + between
		}
		if row < len(b.Routes)-1 {
			d.add(`<path class="rule" d="M%s %sH%s"/>`, num(b.x+padX), num(y+6), num(b.right()-padX))
		}
	}
}
