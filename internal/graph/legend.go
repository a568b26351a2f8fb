package graph

import "slices"

// key is an entry of the legend.
type key struct {
	x, y float64 // of its sample's left end, on the baseline
	// sample is the class of an arrow or of a pod.
	sample string
	text   string
}

// sampleWidth is the room for the sample of an entry.
const sampleWidth = 38.0

// legend says what lines and squares mean, for those that are in the picture.
func (p *picture) legend(y float64) (out []key) {
	x := margin + 4.0
	add := func(drawn bool, sample, text string) {
		if !drawn {
			return
		}
		wide := sampleWidth + labelFont.width(text) + 24
		if x+wide > p.w-margin && x > margin+4 {
			x, y = margin+4, y+20
		}
		out = append(out, key{x, y, sample, text})
		x += wide
	}
	edge := func(is func(*Edge) bool) bool {
		return slices.ContainsFunc(p.Edges, func(e Edge) bool { return !e.Aside && is(&e) })
	}
	pods := func(is func(*Pods) bool) bool {
		return slices.ContainsFunc(p.Nodes, func(n Node) bool { return n.Pods != nil && is(n.Pods) })
	}
	add(true, "edge", "connection")
	add(edge(func(e *Edge) bool { return e.Principal != "" }), "edge mtls", "mTLS with the identity of the caller")
	add(edge(func(e *Edge) bool { return e.Fallback }), "edge fallback", "only while the pods before it are down")
	add(pods(func(p *Pods) bool { return p.Min > 0 }), "pod", "pod that always runs")
	add(pods(func(p *Pods) bool { return p.Max > p.Min }), "pod spare", "pod that the autoscaler may add")
	return out
}

func (d *drawing) key(k key) {
	if k.sample == "pod" || k.sample == "pod spare" {
		d.add(`<g class="k-work"><rect class="%s" x="%s" y="%s" width="%s" height="%s" rx="3"/></g>`, k.sample, num(k.x+14), num(k.y-10), num(podSize), num(podSize))
	} else {
		end := k.x + sampleWidth - 10
		d.add(`<g class="%s"><path class="arrow" d="M%s %sH%s"/><path class="point" d="M%s %sl-%s 4v-8Z"/></g>`, k.sample, num(k.x), num(k.y-4), num(end-headSize+1), num(end), num(k.y-4), num(headSize))
	}
	d.text("label", k.x+sampleWidth, k.y, "", k.text)
}
