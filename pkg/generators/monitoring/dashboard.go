package monitoring

import (
	"bytes"
	"encoding/json"
	"regexp"
	"sync"

	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// folderAnnotation is where Grafana's sidecar puts a dashboard.
const folderAnnotation = "grafana_folder"

// tag of every site's dashboard, by which they link to each other.
const tag = "go-modules"

// GrafanaDashboard is the ConfigMap with the site's dashboard. Grafana's sidecar
// writes the files of all ConfigMaps into one directory, so the name of the file is
// the dashboard's own.
func GrafanaDashboard(site *v1alpha1.AthensSite) []generators.Object {
	m := site.Spec.Metrics
	if m == nil || !*m.Dashboard.Enabled {
		return nil
	}
	out := &corev1.ConfigMap{
		TypeMeta:   generators.Type("v1", "ConfigMap"),
		ObjectMeta: meta(site, generators.Name(site, "dashboard"), m.Dashboard.Labels),
		Data:       map[string]string{dashboardUID(site) + ".json": dashboardJSON(site)},
	}
	if m.Dashboard.Folder != "" {
		out.Annotations = map[string]string{folderAnnotation: m.Dashboard.Folder}
	}
	return []generators.Object{out}
}

func dashboardJSON(site *v1alpha1.AthensSite) string {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	// Structs of strings and numbers have nothing to fail on.
	if err := e.Encode(Dashboard{
		UID: dashboardUID(site), Title: dashboardTitle(site), Tags: []string{"athens", tag},
		SchemaVersion: 41, Refresh: "1m", Time: timeRange{"now-6h", "now"},
		Links:      links(site),
		Templating: templating{variables(site)},
		Panels:     layOut(rows(site)),
	}); err != nil {
		panic(err)
	}
	return out.String()
}

// dashboardTitle names the site. Before Grafana 11 two dashboards of a folder must
// not have the same title.
func dashboardTitle(site *v1alpha1.AthensSite) string {
	out := "Go modules: "
	if site.Namespace != site.Name {
		out += site.Namespace + "/"
	}
	return out + title(site)
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

// links lead to the site's procedures, and to the dashboards of other sites and
// regions.
func links(site *v1alpha1.AthensSite) (out []dashboardLink) {
	if page := site.Spec.Metrics.RunbookURL; page != "" {
		out = append(out, dashboardLink{Title: "Runbook", Type: "link", Icon: "doc", URL: page, TargetBlank: true, Tags: []string{}})
	}
	return append(out, dashboardLink{Title: "Sites", Type: "dashboards", Icon: "external link", Tags: []string{tag}, AsDropdown: true, KeepTime: true})
}

// places are the labels by which a Prometheus of several clusters tells them apart;
// another has neither, and its series match every value.
var places = []string{"cluster", "region"}

func variables(site *v1alpha1.AthensSite) []variable {
	out := []variable{{Name: "datasource", Type: "datasource", Label: "Prometheus", Query: "prometheus"}}
	for _, place := range places {
		out = append(out, variable{
			Name: place, Type: "query", Label: place, Datasource: new(prometheus()),
			Query:   "label_values(" + selector("up", inNamespace(site)) + ", " + place + ")",
			Current: &current{"All", "$__all"}, IncludeAll: true, AllValue: ".*", Multi: true,
			Refresh: 2, // when the time range changes
			Sort:    1, // by name
		})
	}
	return out
}

// opening is where the matchers of a metric begin.
var opening = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[a-zA-Z_:][a-zA-Z0-9_:]*\{`) })

// placed asks an expression for the chosen clusters and regions only.
func placed(expr string) string {
	var matchers string
	for _, place := range places {
		matchers += place + "=~" + quote.PromQL("$"+place) + ","
	}
	return opening().ReplaceAllStringFunc(expr, func(metric string) string { return metric + matchers })
}
