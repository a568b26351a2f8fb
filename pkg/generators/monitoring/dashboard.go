package monitoring

import (
	"bytes"
	"encoding/json"

	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// DashboardFile is the key of the ConfigMap that holds the dashboard.
const DashboardFile = "dashboard.json"

// folderAnnotation is where Grafana's sidecar puts a dashboard.
const folderAnnotation = "grafana_folder"

// Dashboard of Grafana, schema version 41 (Grafana 11).
type Dashboard struct {
	UID           string           `json:"uid"`
	Title         string           `json:"title"`
	Tags          []string         `json:"tags"`
	SchemaVersion int              `json:"schemaVersion"`
	Editable      bool             `json:"editable"`
	Refresh       string           `json:"refresh"`
	Time          timeRange        `json:"time"`
	Templating    templating       `json:"templating"`
	Panels        []dashboardPanel `json:"panels"`
}

type timeRange struct {
	From string `json:"from"`
	To   string `json:"to"`
}

type templating struct {
	List []variable `json:"list"`
}

type variable struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	Label string `json:"label"`
	Query string `json:"query"`
}

// dashboardPanel is one graph or number.
type dashboardPanel struct {
	ID          int           `json:"id"`
	Title       string        `json:"title"`
	Description string        `json:"description"`
	Type        string        `json:"type"`
	Datasource  datasource    `json:"datasource"`
	GridPos     gridPos       `json:"gridPos"`
	FieldConfig fieldConfig   `json:"fieldConfig"`
	Targets     []panelTarget `json:"targets"`
}

type datasource struct {
	Type string `json:"type"`
	UID  string `json:"uid"`
}

type gridPos struct {
	H int `json:"h"`
	W int `json:"w"`
	X int `json:"x"`
	Y int `json:"y"`
}

type fieldConfig struct {
	Defaults fieldDefaults `json:"defaults"`
}

type fieldDefaults struct {
	Unit string   `json:"unit"`
	Min  *float64 `json:"min,omitempty"`
}

// panelTarget is a query with the name of its lines.
type panelTarget struct {
	RefID        string `json:"refId"`
	Expr         string `json:"expr"`
	LegendFormat string `json:"legendFormat"`
}

// GrafanaDashboard is the ConfigMap with the site's dashboard.
func GrafanaDashboard(site *v1alpha1.AthensSite) []generators.Object {
	m := site.Spec.Metrics
	if m == nil || !*m.Dashboard.Enabled {
		return nil
	}
	out := &corev1.ConfigMap{
		TypeMeta:   generators.Type("v1", "ConfigMap"),
		ObjectMeta: meta(site, generators.Name(site, "dashboard"), m.Dashboard.Labels),
		Data:       map[string]string{DashboardFile: dashboardJSON(site)},
	}
	if m.Dashboard.Folder != "" {
		out.Annotations = map[string]string{folderAnnotation: m.Dashboard.Folder}
	}
	return []generators.Object{out}
}

// dashboardJSON lays the panels out, two in a row.
func dashboardJSON(site *v1alpha1.AthensSite) string {
	const width, height = 12, 8
	all := panels(site)
	for i := range all {
		p := &all[i]
		p.ID, p.Type = i+1, "timeseries"
		p.Datasource = datasource{"prometheus", "${datasource}"}
		p.GridPos = gridPos{H: height, W: width, X: i % 2 * width, Y: i / 2 * height}
		p.FieldConfig.Defaults.Min = new(float64)
		for j := range p.Targets {
			p.Targets[j].RefID = string(rune('A' + j))
		}
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	// Structs of strings and numbers have nothing to fail on.
	if err := e.Encode(Dashboard{
		UID: dashboardUID(site), Title: "Go modules: " + title(site), Tags: []string{"athens", "go-modules"},
		SchemaVersion: 41, Refresh: "1m", Time: timeRange{"now-6h", "now"},
		Templating: templating{[]variable{{Name: "datasource", Type: "datasource", Label: "Prometheus", Query: "prometheus"}}},
		Panels:     all,
	}); err != nil {
		panic(err)
	}
	return out.String()
}

// dashboardUID is in the dashboard's URL. Grafana takes letters, digits, hyphens
// and underscores, at most 40 (pkg/util/shortid_generator.go). No name holds an
// underscore, so no two sites or regions have the same one.
func dashboardUID(site *v1alpha1.AthensSite) string {
	const prefix, longest = "athens-", 40
	uid := prefix + site.Namespace + "_" + site.Name
	if site.Spec.Region != "" {
		uid += "_" + site.Spec.Region
	}
	if len(uid) > longest {
		return prefix + generators.Hash(uid)
	}
	return uid
}
