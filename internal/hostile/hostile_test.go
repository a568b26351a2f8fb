package hostile

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// tails are what the rules are asked about, each in every place of a value.
var tails = []string{
	`"`, "'", ";touch PWNED;", "$(touch PWNED)", "$(touch${IFS}PWNED)", "$(BASIC_AUTH_PASS)", `${file("x")}`, "%{if(true)}y%{endif}", "{{ . }}", "{a,b}", "`touch PWNED`",
	"'+$(calc)+'", "’+$(calc)+’", "${{ github.token }}", "|x", `\`, "<script>alert(1)</script>", "<!--", "](javascript:x)", " -x", "\n", "\r", "\x00", "\x1b[31m", "\u202e", "\u2028", "\u212a",
}

// anyText are the fields that take text of the site's own, which reaches nothing
// but objects of Kubernetes: each is printed as YAML.
var anyText = []string{
	"spec.athens.env[].value", "spec.athens.filter", "spec.athens.serviceAccount.annotations.*", "spec.athens.upstream.goEnv.*",
	"spec.gateway.annotations.*", "spec.metrics.dashboard.folder", "spec.inheritedMetadata.annotations.*",
	"spec.pods.annotations.*", "spec.athens.pods.annotations.*", "spec.lathens.pods.annotations.*", "spec.crathens.pods.annotations.*",
}

// harmless are what a name may hold: a blank and a hyphen in an entry of a vault,
// a letter beyond ASCII in a resource group, which Azure takes, an apostrophe in a
// parameter of MySQL, which reaches nothing but the environment of Athens.
var harmless = map[string]string{
	"spec.secrets.entries[].name":                            " -x",
	"spec.athens.index.mysql.parameters.*":                   "'",
	"spec.azure.provision.resourceGroup.resourceID":          "\u212a",
	"spec.edge.frontDoor.provision.resourceGroup.resourceID": "\u212a",
}

// refusedParts begin the paths of fields that a site cannot have.
var refusedParts = []string{
	"spec.athens.storage.minio.tls.",
	"spec.athens.storage.s3.tls.clientCertificate.", "spec.athens.storage.s3.tls.serverName",
	"spec.athens.index.mysql.tls.", "spec.athens.index.postgres.tls.serverName",
	"spec.athens.singleFlight.redis.tls.", "spec.athens.singleFlight.etcd.tls.",
}

// TestEveryTextField puts hostile text into every text field of the schema: the
// site is refused with a message that is fit for a terminal, or the text is taken.
func TestEveryTextField(t *testing.T) {
	seen := map[string]int{}
	accepted, refused := 0, 0
	for _, base := range bases(t) {
		site := base.site
		for _, f := range fieldsOf("spec", reflect.ValueOf(&site.Spec)) {
			// One site is enough; what regions override is merged before a rule sees it.
			if seen[f.path]++; seen[f.path] > 1 || strings.HasPrefix(f.path, "spec.region") {
				continue
			}
			for _, v := range variants(f.was, tails) {
				f.set(v)
				problems := site.Validate(nil)
				for _, p := range problems {
					if strings.ContainsFunc(p.String(), unprintable) {
						t.Errorf("%s: %s: %q is in a message: %q", base.name, f.path, v, p)
					}
				}
				if len(problems) > 0 {
					refused++
				} else {
					accepted++
					if tail, ok := harmless[f.path]; !slices.Contains(anyText, f.path) && !(ok && strings.Contains(v, tail)) {
						t.Errorf("%s: %s accepts %q", base.name, f.path, v)
					}
				}
			}
			f.set(f.was)
		}
	}
	known := map[string]bool{}
	pathsOf("spec", reflect.TypeFor[v1alpha1.AthensSiteSpec](), known)
	for _, path := range slices.Sorted(maps.Keys(known)) {
		if seen[path] == 0 && !slices.ContainsFunc(refusedParts, func(p string) bool { return strings.HasPrefix(path, p) }) && !strings.HasPrefix(path, "spec.regions[].") && path != "spec.region" {
			t.Errorf("no site of the test has %s", path)
		}
	}
	if refused < 5000 || accepted < 50 {
		t.Errorf("%d values were refused and %d accepted", refused, accepted)
	}
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }

// base is a site that is right.
type base struct {
	name string
	site *v1alpha1.AthensSite
}

// bases are the sites of the golden tests and the examples, and those of this
// package, which have what no golden has.
func bases(t *testing.T) (out []base) {
	t.Helper()
	for _, pattern := range []string{"testdata/*.yaml", "../../testdata/golden/*/input.yaml", "../../examples/*/site.yaml", "../../testdata/init/*/athens.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("nothing matches %s: %v", pattern, err)
		}
		for _, file := range files {
			if _, err := os.Stat(filepath.Join(filepath.Dir(file), "errors.txt")); err == nil {
				continue
			}
			in, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			nodes, err := krm.SitesIn(in)
			if err != nil {
				continue // another kind of input
			}
			for i, node := range nodes {
				site, problems := strict.Load[v1alpha1.AthensSite](node)
				if len(problems) > 0 {
					if strings.HasPrefix(file, "testdata/") {
						t.Errorf("%s: %v", file, problems)
					}
					continue
				}
				out = append(out, base{fmt.Sprintf("%s %d", file, i), site})
			}
		}
	}
	return out
}
