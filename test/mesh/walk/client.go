package walk

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/test/mesh/envoy"
)

// isClient says whether a sender is a go command: client, client:NAME or
// unlisted.
func isClient(from string) bool {
	return from == "client" || from == "unlisted" || strings.HasPrefix(from, "client:")
}

// present gives a request all parts of an entry of gateway.clients: the first for
// client, none for unlisted. Front Door writes the address that it saw behind
// those that a client sent.
func present(site *v1alpha1.AthensSite, from string, conn *envoy.Conn, r *envoy.Request) {
	list := site.Spec.Gateway.Clients
	name := strings.TrimPrefix(from, "client:")
	i := slices.IndexFunc(list, func(c v1alpha1.GatewayClients) bool { return from == "client" || c.Name == name })
	address := ""
	if i >= 0 {
		if len(list[i].CIDRs) > 0 {
			address = netip.MustParsePrefix(list[i].CIDRs[0]).Addr().String()
		}
		r.Token = tokenOf(list[i].JWT)
	}
	if site.Spec.Edge.FrontDoor == nil {
		conn.Remote = address
		return
	}
	if address == "" {
		address = "203.0.113.250" // of someone who is in no list
	}
	r.Headers["x-forwarded-for"] = strings.TrimPrefix(r.Headers["x-forwarded-for"]+", "+address, ", ")
}

// tokenOf is a token that an entry admits; nil where it asks for none.
func tokenOf(t *v1alpha1.ClientJWT) *envoy.Token {
	if t == nil {
		return nil
	}
	out := &envoy.Token{Issuer: t.Issuer, Claims: map[string][]string{"sub": {"someone"}, "aud": t.Audiences[:1]}}
	for _, c := range t.Claims {
		out.Claims[c.Name] = c.Values[:1]
	}
	return out
}
