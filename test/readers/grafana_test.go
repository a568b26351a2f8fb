package readers

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/internal/spectest"
	"github.com/gomods/athens-kfn/pkg/generators/monitoring"
)

// Grafana's rules for a dashboard that its sidecar provisions. Read in
// github.com/grafana/grafana: pkg/util/shortid_generator.go at 07c364cf for the uid, and
// pkg/services/provisioning/dashboards/file_reader.go at 00555633, a version of years
// ago, for names of files and for uids and titles that are there twice. Not read in its
// source: names of variables, panels, and the schema version 41
// (public/app/features/dashboard/state/DashboardMigrator.ts at 01e3d94c is older: 39).
var (
	grafanaUID      = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,40}$`)
	grafanaVariable = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)
	grafanaUse      = regexp.MustCompile(`\$\{?([a-zA-Z_][a-zA-Z0-9_]*)`)
	grafanaPanels   = []string{"row", "stat", "gauge", "timeseries"}
	grafanaBuiltIn  = []string{"__rate_interval", "__range", "__all"}
)

const grafanaColumns = 24

func TestGrafana_TakesEveryDashboard(t *testing.T) {
	for name, spec := range map[string]string{
		"a mesh":       `metrics: {}`,
		"Azure":        `metrics: {operator: AzureManaged, runbookURL: "https://wiki.example.com/RUNBOOK.md"}`,
		"a region":     "metrics: {slo: {measuredAt: Gateway}}\nregion: westeurope\nregions: [{name: westeurope}, {name: eastus2}]",
		"Athens alone": `{metrics: {operator: None}, mesh: {mode: None}, lathens: {enabled: false}, crathens: {enabled: false}, gateway: {ingress: {className: nginx}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			for file, text := range dashboard(t, spec) {
				var board monitoring.Dashboard
				if err := json.Unmarshal([]byte(text), &board); err != nil {
					t.Fatal(err)
				}
				if !strings.HasSuffix(file, ".json") {
					t.Errorf("%s is not read: a dashboard's file ends with .json", file)
				}
				for _, wrong := range refused(&board, text) {
					t.Error(wrong)
				}
				if first := board.Panels[1]; first.Type != "stat" || first.GridPos.Y != 1 {
					t.Errorf("the dashboard begins with a %s, not with whether the site is healthy", first.Type)
				}
			}
		})
	}
}

// Each rule is one that a dashboard can break.
func TestGrafana_RefusesWhatIsWrong(t *testing.T) {
	for name, damage := range map[string]func(*monitoring.Dashboard){
		"a uid with a dot":       func(b *monitoring.Dashboard) { b.UID = "a.b" },
		"a long uid":             func(b *monitoring.Dashboard) { b.UID = strings.Repeat("a", 41) },
		"no title":               func(b *monitoring.Dashboard) { b.Title = "" },
		"panels with one number": func(b *monitoring.Dashboard) { b.Panels[1].ID = b.Panels[2].ID },
		"an unknown panel":       func(b *monitoring.Dashboard) { b.Panels[1].Type = "graph" },
		"a panel outside":        func(b *monitoring.Dashboard) { b.Panels[2].GridPos.X = 22 },
		"panels on each other":   func(b *monitoring.Dashboard) { b.Panels[2].GridPos.X = b.Panels[1].GridPos.X },
		"queries with one name":  func(b *monitoring.Dashboard) { b.Panels[len(b.Panels)-3].Targets[1].RefID = "A" },
		"an unknown variable":    func(b *monitoring.Dashboard) { b.Panels[1].Targets[0].Expr += "$site" },
		"a variable's name":      func(b *monitoring.Dashboard) { b.Templating.List[0].Name = "data-source" },
		"falling thresholds":     func(b *monitoring.Dashboard) { *b.Panels[1].FieldConfig.Defaults.Thresholds.Steps[0].Value = 2 },
	} {
		t.Run(name, func(t *testing.T) {
			for _, text := range dashboard(t, `metrics: {}`) {
				var board monitoring.Dashboard
				if err := json.Unmarshal([]byte(text), &board); err != nil {
					t.Fatal(err)
				}
				if steps := board.Panels[1].FieldConfig.Defaults.Thresholds.Steps; name == "falling thresholds" {
					steps[0].Value = new(float64)
				}
				damage(&board)
				changed, err := json.Marshal(board)
				if err != nil {
					t.Fatal(err)
				}
				if len(refused(&board, string(changed))) == 0 {
					t.Error("nothing is said")
				}
			}
		})
	}
}

func dashboard(t *testing.T, spec string) map[string]string {
	t.Helper()
	objects := monitoring.GrafanaDashboard(spectest.Sound(t, "goproxy", spec))
	if len(objects) != 1 {
		t.Fatalf("%d objects, want one", len(objects))
	}
	return objects[0].(*corev1.ConfigMap).Data
}

// refused is what is wrong with a dashboard.
func refused(board *monitoring.Dashboard, text string) (out []string) {
	add := func(wrong bool, said ...string) {
		if wrong {
			out = append(out, strings.Join(said, " "))
		}
	}
	add(!grafanaUID.MatchString(board.UID), "uid", board.UID)
	add(board.Title == "", "no title")
	add(board.SchemaVersion != 41, "another schema version")
	defined := slices.Clone(grafanaBuiltIn)
	for _, v := range board.Templating.List {
		add(!grafanaVariable.MatchString(v.Name), "variable", v.Name)
		add(slices.Contains(defined, v.Name), "variable", v.Name, "twice")
		defined = append(defined, v.Name)
	}
	for _, use := range grafanaUse.FindAllStringSubmatch(text, -1) {
		add(!slices.Contains(defined, use[1]), "variable", use[1], "is used and not defined")
	}
	ids, cells := map[int]bool{}, map[[2]int]string{}
	for i := range board.Panels {
		p := &board.Panels[i]
		add(p.ID < 1 || ids[p.ID], p.Title, "has the number of another panel")
		ids[p.ID] = true
		add(!slices.Contains(grafanaPanels, p.Type), p.Title, "is a", p.Type)
		add(p.Title == "", "a panel has no title")
		add(p.GridPos.W < 1 || p.GridPos.H < 1 || p.GridPos.X < 0 || p.GridPos.X+p.GridPos.W > grafanaColumns, p.Title, "is outside")
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				other, taken := cells[[2]int{x, y}]
				if add(taken, p.Title, "is on", other); taken {
					break
				}
				cells[[2]int{x, y}] = p.Title
			}
		}
		queries := map[string]bool{}
		for _, q := range p.Targets {
			add(q.RefID == "" || queries[q.RefID], p.Title, "has two queries named", q.RefID)
			add(q.Instant == q.Range, p.Title, "asks for both or neither of now and the time shown")
			queries[q.RefID] = true
		}
		add((p.Type == "row") != (len(p.Targets) == 0), p.Title, "asks for nothing, or is a row that asks")
		if thresholds := p.FieldConfig.Defaults.Thresholds; thresholds != nil {
			for i, s := range thresholds.Steps {
				add((i == 0) != (s.Value == nil), p.Title, "has a first threshold with a value, or a later one without")
				add(i > 1 && s.Value != nil && *s.Value <= *thresholds.Steps[i-1].Value, p.Title, "has thresholds out of order")
			}
		}
	}
	return out
}
