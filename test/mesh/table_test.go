package mesh

import (
	stdcmp "cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/test/mesh/cluster"
	"github.com/gomods/athens-kfn/test/mesh/walk"
)

// row of testdata/requests: a request and what is to become of it.
type row struct {
	Name    string            `yaml:"name"`
	From    string            `yaml:"from"`
	Request string            `yaml:"request"`
	Host    string            `yaml:"host"`
	SNI     string            `yaml:"sni"`
	Headers map[string]string `yaml:"headers"`
	// When are the sites that the row is about, see conditions.
	When map[string]string `yaml:"when"`
	Want want              `yaml:"want"`
	file string
}

// want is what a row says of the result; what it leaves out may be anything.
type want struct {
	Status   int     `yaml:"status"`
	By       string  `yaml:"by"`
	Fallback *string `yaml:"fallback"`
	MTLS     *bool   `yaml:"mtls"`
	Route    *string `yaml:"route"`
	// Timeout and PerTry as durations, 0s is none.
	Timeout *string `yaml:"timeout"`
	PerTry  *string `yaml:"perTry"`
	Tries   *int    `yaml:"tries"`
	RetryOn *string `yaml:"retryOn"`
	Hash    *string `yaml:"hash"`
	// Onwards: retries go to the next priority, and so to another zone.
	Onwards *bool `yaml:"onwards"`
	// Elsewhere: retries go to another pod. HTTP2: the pod is spoken to so.
	Elsewhere *bool `yaml:"elsewhere"`
	// Seamless: clients do not see that all pods of by die.
	Seamless *bool    `yaml:"seamless"`
	HTTP2    *bool    `yaml:"http2"`
	Traced   *float64 `yaml:"traced"`
	// Forbidden by NetworkPolicies; what gets through must not be.
	Forbidden *bool   `yaml:"forbidden"`
	Path      *string `yaml:"path"`
}

// conditions of a site that rows ask for.
func conditions(s *v1alpha1.AthensSite) map[string]string {
	originHost := ""
	if fd := s.Spec.Edge.FrontDoor; fd != nil {
		originHost = fd.OriginHost
	}
	crathensFrom := ""
	if from := s.Spec.Crathens.Sources; len(from) > 0 {
		crathensFrom = from[0].URL
	}
	return map[string]string{
		"originHost":      originHost,
		"frontDoor":       fmt.Sprint(s.Spec.Edge.FrontDoor != nil),
		"lathens":         fmt.Sprint(*s.Spec.Lathens.Enabled),
		"crathens":        fmt.Sprint(*s.Spec.Crathens.Enabled),
		"clients":         fmt.Sprint(len(s.Spec.Gateway.Clients) > 0),
		"clientAdmins":    fmt.Sprint(slices.ContainsFunc(s.Spec.Gateway.Clients, func(c v1alpha1.GatewayClients) bool { return c.Name == "admins" })),
		"catalogClients":  fmt.Sprint(len(s.Spec.Gateway.CatalogClients) > 0),
		"crathensFrom":    crathensFrom,
		"egress":          s.Spec.Egress.Mode,
		"ranges":          ranges(s),
		"spread":          s.Spec.Lathens.Spread,
		"tracing":         fmt.Sprint(s.Spec.Tracing != nil),
		"host":            s.Spec.Host,
		"plainHTTP":       stdcmp.Or(s.Spec.Gateway.PlainHTTP, v1alpha1.PlainHTTPClosed),
		"ownGateway":      fmt.Sprint(s.Spec.Gateway.Ref() == nil),
		"networkPolicies": fmt.Sprint(*s.Spec.NetworkPolicies.Enabled),
		"metadata":        fmt.Sprint(needsMetadata(s)),
	}
}

// ranges that egress opens, in one text.
func ranges(s *v1alpha1.AthensSite) string {
	var out []string
	for _, a := range s.Spec.Egress.Allow {
		if a.CIDR != "" {
			out = append(out, a.CIDR)
		}
	}
	return strings.Join(out, " ")
}

// needsMetadata says whether Athens gets its identity from the cloud's
// metadata service.
func needsMetadata(s *v1alpha1.AthensSite) bool {
	store := s.Spec.Athens.Storage
	return store.GCS != nil && (store.GCS.Credentials == nil || store.GCS.Credentials.SecretRef == nil) ||
		store.AzureBlob != nil && store.AzureBlob.Credentials.ManagedIdentity != nil
}

func (r row) about(s *v1alpha1.AthensSite) bool {
	is := conditions(s)
	for k, v := range r.When {
		if is[k] != v {
			return false
		}
	}
	return true
}

func (r row) request() walk.Request {
	return walk.Request{From: r.From, Line: r.Request, Host: r.Host, SNI: r.SNI, Headers: r.Headers}
}

func (r row) String() string {
	return fmt.Sprintf("%s: %s (%s: %s)", r.file, r.Name, r.From, r.Request)
}

func rows(t *testing.T) []row {
	t.Helper()
	var out []row
	names := map[string]bool{}
	for _, file := range files(t, "testdata/requests/*.yaml") {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		dec := yaml.NewDecoder(f)
		dec.KnownFields(true)
		var list []row
		if err := dec.Decode(&list); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, r := range list {
			r.file = filepath.Base(file)
			if r.Name == "" || names[r.Name] || r.Want.By == "" {
				t.Fatalf("%s: every row needs a name of its own and want.by", r)
			}
			names[r.Name] = true
			out = append(out, r)
		}
	}
	return out
}

// difference between what a row wants and what it got; "" if there is none.
func (r row) difference(got walk.Result) string {
	expected := want{Status: r.Want.Status, By: r.Want.By}
	actual := want{Status: got.Status, By: got.By}
	duration := time.Duration.String
	same := func(w *string) *string {
		if w == nil {
			return nil
		}
		d, err := time.ParseDuration(*w)
		if err != nil {
			panic(fmt.Sprintf("%s: %v", r, err))
		}
		s := duration(d)
		return &s
	}
	w := r.Want
	given(&expected.Fallback, &actual.Fallback, w.Fallback, got.Fallback)
	given(&expected.Route, &actual.Route, w.Route, got.Route)
	given(&expected.RetryOn, &actual.RetryOn, w.RetryOn, got.RetryOn)
	given(&expected.Hash, &actual.Hash, w.Hash, got.Hash)
	given(&expected.Path, &actual.Path, w.Path, got.Path)
	given(&expected.Timeout, &actual.Timeout, same(w.Timeout), duration(got.Timeout))
	given(&expected.PerTry, &actual.PerTry, same(w.PerTry), duration(got.PerTry))
	given(&expected.MTLS, &actual.MTLS, w.MTLS, got.MTLS)
	given(&expected.Seamless, &actual.Seamless, w.Seamless, got.Seamless)
	given(&expected.Onwards, &actual.Onwards, w.Onwards, got.Onwards)
	given(&expected.Elsewhere, &actual.Elsewhere, w.Elsewhere, got.Elsewhere)
	allowed := false
	if w.Forbidden == nil && w.Status == 200 {
		w.Forbidden = &allowed
	}
	given(&expected.Forbidden, &actual.Forbidden, w.Forbidden, got.Forbidden != "")
	given(&expected.HTTP2, &actual.HTTP2, w.HTTP2, got.HTTP2)
	given(&expected.Traced, &actual.Traced, w.Traced, got.Traced)
	given(&expected.Tries, &actual.Tries, w.Tries, got.Tries)
	return cmp.Diff(expected, actual)
}

// given compares a field only if the row has it.
func given[T any](expected, actual **T, want *T, got T) {
	if want != nil {
		*expected, *actual = want, &got
	}
}

// failures of the rows that are about a site of a case.
func failures(world *walk.World, sites []*v1alpha1.AthensSite, rows []row, used map[string]int) []string {
	var out []string
	for _, site := range sites {
		for _, r := range rows {
			if !r.about(site) {
				continue
			}
			if used != nil {
				used[r.Name]++
			}
			got, err := world.Do(site, r.request())
			if err != nil {
				out = append(out, fmt.Sprintf("%s\n   %v", r, err))
				continue
			}
			if diff := r.difference(got); diff != "" {
				out = append(out, fmt.Sprintf("%s (-want +got):\n%s   it went:%s", r, diff, indent(got.Steps)))
			}
		}
	}
	return out
}

// TestTable sends every row to every example and golden that it is about.
func TestTable(t *testing.T) {
	rows := rows(t)
	used := map[string]int{}
	for _, c := range cases(t) {
		t.Run(c.Name, func(t *testing.T) {
			world, err := deploy(t, c, cluster.Trouble{})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range failures(world, c.Sites, rows, used) {
				t.Error(f)
			}
		})
	}
	for _, r := range rows {
		if used[r.Name] == 0 {
			t.Errorf("%s: no site is as it asks: %v", r, r.When)
		}
	}
	walked := 0
	for n := range maps.Values(used) {
		walked += n
	}
	t.Logf("%d requests, walked %d times", len(rows), walked)
	if len(rows) < 60 {
		t.Errorf("%d requests, want at least 60", len(rows))
	}
}
