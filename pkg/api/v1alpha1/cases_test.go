package v1alpha1_test

import (
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/spectest"
)

// Sites as companies write them: what each is told, or that it is right.
func TestCases(t *testing.T) {
	for name, c := range map[string]struct{ spec, want string }{
		"an image for one kind of machine":           {"athens: {image: docker.io/gomods/athens:v0.18.0-arm64}", ""},
		"of another release":                         {"athens: {image: docker.io/gomods/athens:v0.17.1-arm64}", "write athens.version: v0.17.1"},
		"with its version":                           {"athens: {version: v0.17.1, image: docker.io/gomods/athens:v0.17.1-arm64}", ""},
		"its tag as the version":                     {"athens: {version: v0.18.0-arm64}", "write v0.18.0, and the tag as part of athens.image"},
		"a download directory of its own":            {"athens: {env: [{name: ATHENS_GOGET_DIR, value: /var/lib/athens/.tmp}]}", "is what the field athens.workVolume sets"},
		"a download volume":                          {"athens: {workVolume: {ephemeral: {size: 50Gi, storageClassName: fast}}}", ""},
		"a download volume of bytes":                 {"athens: {workVolume: {ephemeral: {size: 50}}}", "write a number with a unit"},
		"a download volume of a class with blanks":   {"athens: {workVolume: {ephemeral: {storageClassName: a b}}}", "not an object's name"},
		"a user's Secret with keys of its own":       {"athens: {basicAuth: {secretRef: {name: ba, keys: {username: user, password: pw}}}}", ""},
		"nodes, tolerations and a class of priority": {"athens: {pods: {nodeSelector: {kubernetes.io/os: linux}, tolerations: [{key: x, operator: Exists}], priorityClassName: high}}", ""},
		"a release that this program does not know":  {"athens: {version: v0.19.2}", ""},
	} {
		problems := spectest.Site(t, "goproxy", c.spec).Validate(nil)
		if c.want == "" && len(problems) > 0 || c.want != "" && (len(problems) != 1 || !strings.Contains(problems[0].Message, c.want)) {
			t.Errorf("%s: want %q: %v", name, c.want, problems)
		}
	}
}
