package graph

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/internal/deadlines"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/manifests"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// The page is put together without html/template, whose init alone takes 0.4 ms
// and more: every start of the program would pay for it.
//
//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

//go:embed page.js
var pageJS string

// pageData is what the page's script knows of the site.
type pageData struct {
	Boxes   []pageBox    `json:"boxes"`
	Objects []pageObject `json:"objects"`
}

type pageBox struct {
	ID      string `json:"id"`
	Kind    Kind   `json:"kind"`
	Title   string `json:"title"`
	Objects []int  `json:"objects"`
	// Facts are what the picture says of the box, for those who cannot see it.
	Facts []string `json:"facts"`
}

type pageObject struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Box       string `json:"box"`
	YAML      string `json:"yaml"`
}

// Page is a site as one HTML file that needs no network: the picture, the
// objects behind it, the promises and answers of prove, and the deadlines. What the picture does
// not show as it is comes along with it.
func Page(of *manifests.Subject) (page string, unknown []string, err error) {
	g := New(of)
	data, err := g.data(of)
	if err != nil {
		return "", nil, err
	}
	encoded, err := json.Marshal(data) // escapes < and >, so no </script> is in it
	if err != nil {
		return "", nil, err
	}
	requests, rows, callers := "hidden", "", ""
	promises, evaluated, unknown := "", "", g.Unknown
	if generators.Meshed(of.Site) {
		requests = ""
		rows, callers = requestRows(of.World)
		report := of.World.All(of.From != "")
		promises, evaluated = promiseRows(&report), report.Count()
		unknown = append(slices.Clip(unknown), undecided(&report)...)
	}
	return strings.NewReplacer(
		"{{title}}", quote.XML(g.Title),
		"{{subtitle}}", quote.XML(g.Subtitle),
		"{{about}}", quote.XML(g.About),
		"{{css}}", pageCSS,
		"{{svg}}", g.svg(true),
		"{{objects}}", objectRows(data),
		"{{requests}}", requests,
		"{{evaluated}}", quote.XML(evaluated),
		"{{promises}}", promises,
		"{{callers}}", callers,
		"{{answers}}", rows,
		"{{deadlines}}", waterfalls(deadlines.Of(of.Site)),
		"{{data}}", string(encoded),
		"{{js}}", pageJS,
	).Replace(pageHTML), unknown, nil
}

func (g *Graph) data(of *manifests.Subject) (*pageData, error) {
	d := &pageData{}
	index := map[string]int{}
	for i, o := range of.Objects {
		var out bytes.Buffer
		node := of.Node(i)
		krm.Hide(node)
		if err := krm.WriteStream(&out, node); err != nil {
			return nil, err
		}
		id := ref(o)
		index[id.String()] = len(d.Objects)
		d.Objects = append(d.Objects, pageObject{Kind: id.Kind, Namespace: id.Namespace, Name: id.Name, YAML: out.String()})
	}
	box := func(b pageBox, refs []krm.ID) {
		for _, r := range refs {
			i := index[r.String()]
			d.Objects[i].Box = b.ID
			b.Objects = append(b.Objects, i)
		}
		// What the box is drawn for comes first.
		slices.SortStableFunc(b.Objects, func(i, j int) int {
			return other(d.Objects[i].Kind, b.Kind) - other(d.Objects[j].Kind, b.Kind)
		})
		d.Boxes = append(d.Boxes, b)
	}
	for i := range g.Nodes {
		n := &g.Nodes[i]
		box(pageBox{ID: n.ID, Kind: n.Kind, Title: n.Title, Objects: []int{}, Facts: g.facts(n)}, n.Objects)
	}
	box(pageBox{ID: "site", Kind: "Namespace", Title: g.Namespace, Objects: []int{}, Facts: g.Rules}, g.Objects)
	return d, nil
}

func other(kind string, of Kind) int {
	if kind == string(of) {
		return 0
	}
	return 1
}

// facts of a box: its lines, and the arrows from and to it.
func (g *Graph) facts(n *Node) []string {
	out := slices.Clone(n.Lines)
	if n.Principal != "" {
		out = append(out, "identity spiffe://"+n.Principal)
	}
	if n.Pods != nil {
		out = append(out, n.Pods.String())
	}
	for i := range g.Edges {
		if e := &g.Edges[i]; e.From == n.ID || e.To == n.ID {
			out = append(out, g.about(e))
		}
	}
	return out
}
