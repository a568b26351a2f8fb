package prove

import (
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

// Row is a request of the table with its answer.
type Row struct {
	Request
	Answer Answer
}

// Table follows the requests that show what a site is: each kind of the GOPROXY
// protocol from outside, what must stay inside, and each program's own calls.
func (w *World) Table() []Row {
	const mod = "/golang.org/x/mod/@v/v0.17.0"
	var rows []Row
	add := func(as, to string, lines ...string) {
		for _, line := range lines {
			r, err := ParseRequest(line, as)
			if err != nil {
				panic(err) // the lines are those below
			}
			r.To = to
			rows = append(rows, Row{r, w.Ask(r)})
		}
	}
	add(Client, "",
		"GET /golang.org/x/mod/@v/list", "HEAD /golang.org/x/mod/@v/list", "GET /golang.org/x/mod/@v/list?go-get=1",
		"GET /github.com/%21azure/azure-sdk-for-go/@v/list", "GET /github.com/!azure/azure-sdk-for-go/@v/list",
		"GET /golang.org/x/mod/@latest",
		"GET "+mod+".info", "GET "+mod+".mod", "GET "+mod+".zip", "HEAD "+mod+".zip",
		"GET /sumdb/sum.golang.org/supported", "GET /healthz",
		"POST /golang.org/x/mod/@v/list", "PUT "+mod+".zip",
		"GET /", "GET /catalog", "GET /index", "GET /metrics", "GET /readyz",
		"GET /golang.org/x/mod/%40v/list", "GET /golang.org/x/@v/../../../catalog", "GET /catalog?x=/@v/list")
	for _, h := range w.site.Spec.AdditionalHosts {
		add(Client, "", "GET https://"+h.Host+"/golang.org/x/mod/@v/list")
	}
	if w.site.Spec.Edge.FrontDoor == nil && w.site.Spec.Gateway.PlainHTTP == v1alpha1.PlainHTTPRedirect {
		add(Client, "", "GET http://"+w.site.Spec.Host+"/golang.org/x/mod/@v/list")
	}
	for i, c := range w.site.Spec.Gateway.Clients {
		if i > 0 {
			add(clientOf+c.Name, "", "GET /golang.org/x/mod/@v/list", "GET "+mod+".zip", "GET /catalog")
		}
	}
	if len(w.site.Spec.Gateway.Clients) > 0 {
		add(Unlisted, "", "GET /golang.org/x/mod/@v/list", "GET "+mod+".info", "GET "+mod+".zip", "GET /sumdb/sum.golang.org/supported", "GET /healthz")
	}
	if w.site.Spec.Edge.FrontDoor != nil {
		add(Internet, "", "GET /golang.org/x/mod/@v/list", "GET "+mod+".zip", "GET /healthz")
	}
	if len(w.site.Spec.Gateway.CatalogClients) > 0 {
		add(Region, "", "GET /catalog", "GET /index", "GET "+mod+".info")
	}
	add(Gateway, "", "GET /golang.org/x/mod/@v/list", "GET /catalog", "GET /index", "POST /golang.org/x/mod/@v/list")
	if generators.HasList(w.site) {
		add(generators.Lathens, "", "GET /golang.org/x/mod/@v/list", "GET /golang.org/x/mod/@latest", "GET "+mod+".info", "GET /sumdb/sum.golang.org/supported", "GET "+mod+".zip", "GET /catalog")
	}
	if *w.site.Spec.Crathens.Enabled {
		add(generators.Crathens, "", "GET /catalog", "GET /golang.org/x/mod/@v/list", "GET /golang.org/x/mod/@latest", "GET "+mod+".info", "GET "+mod+".mod", "GET "+mod+".zip", "POST /catalog")
	}
	for _, as := range []string{generators.Athens, Stranger, Plain} {
		add(as, "", "GET /golang.org/x/mod/@v/list", "GET "+mod+".zip", "GET /catalog", "GET /metrics")
		if generators.HasList(w.site) {
			add(as, generators.List, "GET /golang.org/x/mod/@v/list")
		}
	}
	return rows
}
