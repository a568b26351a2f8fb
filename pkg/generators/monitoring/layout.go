package monitoring

import "slices"

// gridWidth is the width of a dashboard in Grafana's units.
const gridWidth = 24

// row is panels below a title.
type row struct {
	title  string
	panels []dashboardPanel
}

// layOut numbers and places the panels of rows from left to right, and leaves out
// rows without any.
func layOut(rows []row) (out []dashboardPanel) {
	y := 0
	add := func(p dashboardPanel, x int) {
		p.ID, p.Datasource, p.GridPos.X, p.GridPos.Y = len(out)+1, prometheus(), x, y
		out = append(out, p)
	}
	for _, r := range rows {
		if len(r.panels) == 0 {
			continue
		}
		add(dashboardPanel{Title: r.title, Type: "row", GridPos: gridPos{H: 1, W: gridWidth}, Targets: []panelTarget{}}, 0)
		y++
		x, height := 0, 0
		for _, p := range r.panels {
			if x+p.GridPos.W > gridWidth {
				x, y, height = 0, y+height, 0
			}
			add(p, x)
			x, height = x+p.GridPos.W, max(height, p.GridPos.H)
		}
		y += height
	}
	return out
}

// graph of values over the time shown.
func graph(title, description, unit string, targets ...panelTarget) dashboardPanel {
	return panel("timeseries", gridPos{H: 8, W: 12}, title, description, fieldDefaults{Unit: unit, Min: new(float64)}, targets)
}

// stat is a number of now, on the color of what it means.
func stat(title, description, unit, expr string, steps []step) dashboardPanel {
	p := panel("stat", gridPos{H: 5, W: 4}, title, description, fieldDefaults{
		Unit: unit, NoValue: "no data", Color: &colorMode{"thresholds"}, Thresholds: &thresholds{"absolute", steps},
	}, now(target("", expr)))
	p.Options = &panelOptions{ReduceOptions: last(), ColorMode: "background", GraphMode: "none"}
	return p
}

// gauge shows shares of now, from 0 to 1.
func gauge(title, description string, steps []step, targets ...panelTarget) dashboardPanel {
	p := panel("gauge", gridPos{H: 5, W: gridWidth}, title, description, fieldDefaults{
		Unit: "percentunit", Min: new(float64), Max: new(1.0), Color: &colorMode{"thresholds"}, Thresholds: &thresholds{"absolute", steps},
	}, now(targets...))
	p.Options = &panelOptions{ReduceOptions: last()}
	return p
}

func panel(kind string, size gridPos, title, description string, defaults fieldDefaults, targets []panelTarget) dashboardPanel {
	for i := range targets {
		targets[i].RefID = string(rune('A' + i))
		targets[i].Expr = placed(targets[i].Expr)
	}
	return dashboardPanel{
		Title: title, Description: description, Type: kind, GridPos: size,
		FieldConfig: fieldConfig{defaults}, Targets: targets,
	}
}

// with draws thresholds into a graph.
func (p dashboardPanel) with(steps []step) dashboardPanel {
	p.FieldConfig.Defaults.Thresholds = &thresholds{"absolute", steps}
	p.FieldConfig.Defaults.Custom = &custom{colorMode{"dashed"}}
	return p
}

func last() reduceOptions { return reduceOptions{Calcs: []string{"lastNotNull"}} }

// now makes queries of the present instead of the time shown.
func now(targets ...panelTarget) []panelTarget {
	out := slices.Clone(targets)
	for i := range out {
		out[i].Instant, out[i].Range = true, false
	}
	return out
}

func target(legend, expr string) panelTarget {
	return panelTarget{LegendFormat: legend, Expr: expr, Range: true}
}

// steps are colors with the values from which on they hold, after the first.
func steps(first string, more ...step) []step { return append([]step{{Color: first}}, more...) }

func from(value float64, color string) step { return step{color, &value} }
