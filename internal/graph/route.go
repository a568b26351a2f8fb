package graph

const (
	// lockWidth is the room of the sign for mTLS before a label.
	lockWidth = 14.0
	// headSize is the length of an arrow's head.
	headSize = 7.0
)

// route gives every arrow its way and its label a place beside it.
func (p *picture) route() {
	l := p.lanes()
	for i := range p.Edges {
		e := &p.Edges[i]
		from, to := p.box(e.From), p.box(e.To)
		switch {
		case e.Aside:
		case to.Place == Beyond:
			p.busWay(e, from, to)
		case l.front != nil && from == l.front && to == l.athens:
			p.aroundWay(e, from, to)
		case to.y < from.bottom() && from.y < to.bottom():
			p.sideWay(e, from, to)
		default:
			p.downWay(e, from, to)
		}
	}
}

func (p *picture) draw(e *Edge, l label, points ...[2]float64) {
	l.lines = e.words()
	p.lines = append(p.lines, line{e, points, l})
}

// downWay is straight down. Its label stands right of it, above the border of
// the namespace where it crosses that.
func (p *picture) downWay(e *Edge, from, to *box) {
	x := to.cx()
	if from.w < to.w {
		x = from.cx()
	}
	top, end := from.bottom(), to.y
	if from.Place == Outside && to.Place == Inside {
		end = p.site.y
	}
	lines := float64(len(e.words()))
	first := top + (end-top-lines*labelStep)/2 + 11
	p.draw(e, label{x: x + 10, y: first, anchor: "start"}, [2]float64{x, top}, [2]float64{x, to.y})
}

// sideWay is straight to the side, with its label above it, and the identity
// below it.
func (p *picture) sideWay(e *Edge, from, to *box) {
	y := to.cy()
	x1, x2 := from.right(), to.x
	if from.x > to.x {
		x1, x2 = from.x, to.right()
	}
	above := float64(len(e.Label))
	p.draw(e, label{x: (x1 + x2) / 2, y: y - 6 - (above-1)*labelStep, anchor: "middle"}, [2]float64{x1, y}, [2]float64{x2, y})
}

// aroundWay leads past the cache on its left.
func (p *picture) aroundWay(e *Edge, from, to *box) {
	x := min(from.x, p.lanes().cache.x) - channel + 6
	p.draw(e, label{x: (x+to.x)/2 + 10, y: to.cy() - 8, anchor: "middle"},
		[2]float64{from.x, from.cy()}, [2]float64{x, from.cy()}, [2]float64{x, to.cy()}, [2]float64{to.x, to.cy()})
}

// busWay leads down to a line that all ways out share, along it, and down.
func (p *picture) busWay(e *Edge, from, to *box) {
	bus := p.site.y + p.site.h + 14
	p.draw(e, label{x: to.cx() + 10, y: bus + 19, anchor: "start"},
		[2]float64{from.cx(), from.bottom()}, [2]float64{from.cx(), bus}, [2]float64{to.cx(), bus}, [2]float64{to.cx(), to.y})
}
