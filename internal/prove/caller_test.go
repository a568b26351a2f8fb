package prove

import (
	"slices"
	"strings"
	"testing"

	"istio.io/api/security/v1beta1"
	networkingv1alpha3 "istio.io/client-go/pkg/apis/networking/v1alpha3"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
)

const clients = `gateway:
  clients:
  - {name: offices, cidrs: [192.0.2.0/24]}
  - {name: ci, jwt: {issuer: "https://ci.example.com", audiences: [goproxy], jwksURI: "https://ci.example.com/keys", claims: [{name: owner, values: [acme]}]}}
  - {name: admins, cidrs: [10.0.0.0/8], jwt: {issuer: "https://login.example.com", audiences: [goproxy, admins], jwksURI: "https://login.example.com/keys"}}
`

func TestAsk_ClientsOfEachEntry(t *testing.T) {
	door := "edge: {frontDoor: {" + doorID + "}}"
	authorizer := "gateway: {extAuthz: {provider: opa}}"
	tokens := func(change func(*v1beta1.JWTRule)) func([]generators.Object) []generators.Object {
		return func(objects []generators.Object) []generators.Object {
			for _, a := range generators.OfType[*securityv1.RequestAuthentication](objects) {
				for _, r := range a.Spec.GetJwtRules() {
					change(r)
				}
			}
			return objects
		}
	}
	none := func(objects []generators.Object) []generators.Object { return objects }
	without := func(is func(generators.Object) bool) func([]generators.Object) []generators.Object {
		return func(objects []generators.Object) []generators.Object { return slices.DeleteFunc(objects, is) }
	}
	for _, c := range []struct {
		name, specs, as, line, want string
		change                      func([]generators.Object) []generators.Object
	}{
		{"the first entry", "", Client, list, "200 by lathens", none},
		{"a token", "", "client:ci", list, "200 by lathens", none},
		{"both parts", "", "client:admins", "GET /a/@v/v1.0.0.zip", "200 by athens", none},
		{"no part", "", Unlisted, list, "403 by lathens", none},
		{"no part of checksums", "", Unlisted, "GET /sumdb/sum.golang.org/supported", "403 by lathens", none},
		{"health", "", Unlisted, "GET /healthz", "200 by athens", none},
		{"another way of the gateway", "", Gateway, list, "403 by athens", none},
		{"the catalog", "", "client:ci", "GET /catalog", "404 by gateway", none},
		{"through a Front Door", door, Client, list, "200 by lathens", none},
		{"through a Front Door, from elsewhere", door, Unlisted, list, "403 by lathens", none},
		{"past it", door, Internet, list, "403 by gateway", none},
		{"an authorizer agrees", authorizer, Client, list, "200 by lathens", none},
		{"an entry that is not there", "", "client:x", list, "unknown by lathens", none},
		{"no token is verified", "", "client:ci", list, "403 by lathens", without(func(o generators.Object) bool { _, is := o.(*securityv1.RequestAuthentication); return is })},
		{"the address of the Front Door", door, Client, list, "403 by lathens", without(func(o generators.Object) bool {
			_, is := o.(*networkingv1alpha3.EnvoyFilter)
			return is && o.GetName() == "goproxy-behind-front-door"
		})},
		{"another issuer", "", "client:ci", list, "401 by lathens", tokens(func(r *v1beta1.JWTRule) { r.Issuer = "https://other.example.com" })},
		{"another audience", "", "client:ci", list, "403 by lathens", tokens(func(r *v1beta1.JWTRule) { r.Audiences = []string{"other"} })},
		{"one audience of two", "", "client:admins", list, "unknown by lathens", tokens(func(r *v1beta1.JWTRule) { r.Audiences = []string{"admins"} })},
		{"other keys", "", "client:ci", list, "unknown by lathens", tokens(func(r *v1beta1.JWTRule) { r.JwksUri = "https://other.example.com" })},
		{"another claim", "", "client:ci", list, "403 by lathens", func(objects []generators.Object) []generators.Object {
			for _, p := range generators.OfType[*securityv1.AuthorizationPolicy](objects) {
				for _, r := range p.Spec.GetRules() {
					for _, w := range r.GetWhen() {
						if strings.HasPrefix(w.GetKey(), onClaim) {
							w.Values = []string{"other"}
						}
					}
				}
			}
			return objects
		}},
		{"another authorizer", authorizer, Client, list, "unknown by lathens", func(objects []generators.Object) []generators.Object {
			for _, p := range generators.OfType[*securityv1.AuthorizationPolicy](objects) {
				if p.Spec.GetProvider() != nil {
					p.Spec.GetProvider().Name = "other"
				}
			}
			return objects
		}},
	} {
		s := load(t, clients, c.specs)
		r, err := ParseRequest(c.line, c.as)
		if err != nil {
			t.Fatal(err)
		}
		w := Of(s, c.change(site.Objects(s)))
		a := w.Ask(r)
		a.Fallback = ""
		if got := said(&a); got != c.want {
			t.Errorf("%s: %s, want %s\n%s", c.name, got, c.want, strings.Join(a.Steps, "\n"))
		}
		if c.want == "403 by lathens" && c.as != Unlisted && len(w.Broken()) == 0 {
			t.Errorf("%s: no promise is broken", c.name)
		}
	}
}

// What a site's objects tell of its clients is what its spec said.
func TestInfer_Clients(t *testing.T) {
	for _, spec := range []string{clients, clients + "  extAuthz: {provider: opa}\n  catalogClients: [{name: a, cidrs: [203.0.113.7/32]}]"} {
		s := load(t, spec)
		for _, row := range FromObjects(site.Objects(s))[0].Table() {
			if len(row.Answer.Unknown) > 0 {
				t.Errorf("%s as %s: %q", row.Path, row.As, row.Answer.Unknown)
			}
			if refused := row.Answer.Status == 403; strings.HasPrefix(row.As, Client) && strings.HasPrefix(row.Path, "/golang.org/x/mod/@v/") && refused || row.As == Unlisted && row.Path != "/healthz" && !refused {
				t.Errorf("%s as %s: %d", row.Path, row.As, row.Answer.Status)
			}
		}
	}
}

// After a move to another namespace, principals of the site's programs are still in the
// one before: none of them is the gateway.
func TestInfer_TheGatewayOfASiteThatMoved(t *testing.T) {
	s := load(t, "")
	want := s.Spec.Gateway.Workload().Namespace
	objects := site.Objects(s)
	for _, o := range objects {
		if o.GetNamespace() == s.Namespace {
			o.SetNamespace("moved")
		}
	}
	got := FromObjects(objects)[0].Site()
	if got.Namespace != "moved" || got.Spec.Gateway.Workload().Namespace != want {
		t.Errorf("site in %s, gateway in %s, want %s", got.Namespace, got.Spec.Gateway.Workload().Namespace, want)
	}
}
