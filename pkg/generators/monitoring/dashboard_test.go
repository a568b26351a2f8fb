package monitoring

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// Grafana takes a dashboard by its uid, which must be one that it accepts
// (IsValidShortUID and MaxUIDLength of pkg/util) and no other dashboard's.
func TestDashboardUID_IsGrafanasAndItsOwn(t *testing.T) {
	accepted := regexp.MustCompile(`^[a-zA-Z0-9_-]{1,40}$`)
	long := strings.Repeat("x", 43)
	owners, titles := map[string]string{}, map[string]string{}
	for _, id := range [][3]string{
		{"goproxy", "goproxy", ""}, {"goproxy", "goproxy", "westeurope"}, {"goproxy", "goproxy", "eastus2"},
		{"a", "b-c", ""}, {"a-b", "c", ""}, {"a", "b", "c"}, {"a", "bc", ""}, {"ab", "c", ""}, {"a-b-c", "d", "e"}, {"a", "b-c-d", "e"},
		{"modules", long, ""}, {"modules", long, "westeurope"}, {"modules", long, "west-europe"}, {"module", "s" + long, ""},
		{strings.Repeat("n", 16), strings.Repeat("m", 16), ""}, {strings.Repeat("n", 16), strings.Repeat("m", 16), "r"},
	} {
		site := &v1alpha1.AthensSite{ObjectMeta: metav1.ObjectMeta{Namespace: id[0], Name: id[1]}}
		site.Spec.Region, site.Spec.Metrics, site.Spec.Host = id[2], &v1alpha1.Metrics{}, "goproxy.example.com"
		site.Default()
		var board struct{ UID, Title string }
		for name, text := range GrafanaDashboard(site)[0].(*corev1.ConfigMap).Data {
			if err := json.Unmarshal([]byte(text), &board); err != nil {
				t.Fatal(err)
			}
			if name != board.UID+".json" {
				t.Errorf("%q: the file %s of another site would have its name", id, name)
			}
		}
		if !accepted.MatchString(board.UID) || board.Title == "" {
			t.Errorf("%q: Grafana refuses the uid %q, title %q", id, board.UID, board.Title)
		}
		key := strings.Join(id[:], "/")
		if other, taken := owners[board.UID]; taken {
			t.Errorf("%s has the uid %s of %s", key, board.UID, other)
		}
		owners[board.UID] = key
		if other, taken := titles[board.Title]; taken {
			t.Errorf("%s has the title %s of %s", key, board.Title, other)
		}
		titles[board.Title] = key
	}
}
