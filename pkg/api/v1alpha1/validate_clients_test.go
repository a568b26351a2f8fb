package v1alpha1_test

import (
	"testing"

	"github.com/gomods/athens-kfn/internal/strict/stricttest"
)

func TestClients(t *testing.T) {
	const (
		at   = "spec.gateway.clients"
		keys = `jwksURI: "https://ci.example.com/keys"`
		jwt  = `jwt: {issuer: "https://ci.example.com", audiences: [goproxy], ` + keys + `}`
		door = "\nedge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555"
	)
	stricttest.RunAll(t, []rule{
		{"addresses, tokens and both", "gateway: {clients: [{name: a, cidrs: [203.0.113.0/24]}, {name: b, " + jwt + "}, {name: c, cidrs: [203.0.113.0/24, 10.0.0.0/8], " + jwt + "}], extAuthz: {provider: opa}}", nil},
		{"nobody and everyone", "gateway: {clients: []}", []string{at + ": is empty: leave clients out to admit everyone"}},
		{"neither part", "gateway: {clients: [{name: a}]}", []string{at + "[0].cidrs: is required without jwt"}},
		{"every address", "gateway: {clients: [{name: a, cidrs: [0.0.0.0/0]}]}", []string{at + "[0].cidrs[0]: is every address: leave clients out"}},
		{"every address in halves", "gateway: {clients: [{name: a, cidrs: [0.0.0.0/1]}, {name: b, cidrs: [128.0.0.0/1]}]}", []string{at + ": are nearly every address: leave clients out"}},
		{"names and ranges twice", "gateway: {clients: [{name: a, cidrs: [203.0.113.0/24]}, {name: a, cidrs: [203.0.113.0/24]}]}", []string{at + "[1]: is repeated, first at", at + "[1].cidrs[0]: is repeated, first at"}},
		{"an empty token", "gateway: {clients: [{name: a, jwt: {}}]}", []string{
			at + "[0].jwt.issuer: is required", at + "[0].jwt.audiences: is required",
		}},
		{"no https", `gateway: {clients: [{name: a, jwt: {issuer: "http://ci.example.com", audiences: [a], jwksURI: "http://ci.example.com/keys"}}]}`, []string{
			at + "[0].jwt.issuer: is not encrypted", at + "[0].jwt.jwksURI: is not encrypted",
		}},
		{"hostile texts", `gateway: {clients: [{name: "a\nb", jwt: {issuer: "https://u:p@ci.example.com", audiences: ["*", "a\nb", "", "a b"], jwksURI: "https://169.254.169.254/keys", claims: [{name: "a]b", values: ["x*"]}, {name: aud, values: []}]}}]}`, []string{
			at + "[0].name: holds a line break", at + "[0].jwt.issuer: holds a user or a password",
			at + "[0].jwt.audiences[0]: holds a star", at + "[0].jwt.audiences[1]: holds a line break", at + "[0].jwt.audiences[2]: is empty", at + "[0].jwt.audiences[3]: holds a character", at + "[0].jwt.jwksURI: is where a cloud hands out identities",
			at + "[0].jwt.claims[0].name: is not the name of a claim", at + "[0].jwt.claims[0].values[0]: holds a star",
			at + "[0].jwt.claims[1].name: has a rule of its own", at + "[0].jwt.claims[1].values: is required",
		}},
		{"an issuer for everyone", `gateway: {clients: [{name: a, jwt: {issuer: "https://token.actions.githubusercontent.com", audiences: [goproxy], jwksURI: "https://token.actions.githubusercontent.com/.well-known/jwks"}}]}`, []string{
			at + "[0].jwt.claims: is required, because everyone gets a token of https://token.actions.githubusercontent.com with any audience: write [{name: repository_owner, values: [YOURS]}]",
		}},
		{"its own", `gateway: {clients: [{name: a, jwt: {issuer: "https://token.actions.githubusercontent.com", audiences: [goproxy], jwksURI: "https://token.actions.githubusercontent.com/.well-known/jwks", claims: [{name: repository_owner, values: [acme]}]}}]}`, nil},
		{"two key sets of an issuer", `gateway: {clients: [{name: a, ` + jwt + `}], catalogClients: [{name: a, jwt: {issuer: "https://ci.example.com", audiences: [goproxy], jwksURI: "https://ci.example.com/others"}}]}`, []string{
			"spec.gateway.catalogClients[0].jwt.jwksURI: another entry has",
		}},
		{"keys in one entry of an issuer", `gateway: {clients: [{name: a, ` + jwt + `}, {name: b, jwt: {issuer: "https://ci.example.com", audiences: [goproxy], jwksURI: ""}}]}`, []string{
			at + "[1].jwt.jwksURI: is not set, but another entry has",
		}},
		{"beside a password", "gateway: {clients: [{name: a, " + jwt + "}]}\nathens: {basicAuth: {secretRef: {name: users}}}", []string{
			at + "[0].jwt: is sent in the header Authorization, and so is the password of athens.basicAuth",
		}},
		{"addresses beside a password", "gateway: {clients: [{name: a, cidrs: [203.0.113.0/24]}]}\nathens: {basicAuth: {secretRef: {name: users}}}", nil},
		{"a cache of Front Door's", "gateway: {extAuthz: {provider: opa}}" + door + ", cache: {}}}", []string{
			"spec.edge.frontDoor.cache: would serve one client's answers to every client",
		}},
		{"addresses of Front Door and of the gateway", "gateway: {clients: [{name: a, cidrs: [203.0.113.0/24]}], catalogClients: [{name: a, cidrs: [192.0.2.7/32]}]}" + door + "}}", []string{
			at + ": has cidrs, which Front Door sees",
		}},
		{"tokens through Front Door, addresses past it", "gateway: {clients: [{name: a, " + jwt + "}], catalogClients: [{name: a, cidrs: [192.0.2.7/32]}]}" + door + "}}", nil},
		{"no authorizer", "gateway: {extAuthz: {}}", []string{"spec.gateway.extAuthz.provider: is required"}},
		{"no mesh", "mesh: {mode: None}\ngateway: {ingress: {}, clients: [{name: a, cidrs: [203.0.113.0/24]}], extAuthz: {provider: opa}}", []string{
			at + ": has no meaning with mesh.mode None, because nothing enforces it", "spec.gateway.extAuthz: because nothing enforces it",
		}},
	})
}
