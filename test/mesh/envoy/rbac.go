package envoy

import (
	"net/netip"
	"slices"
	"strings"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	rbacv3 "github.com/envoyproxy/go-control-plane/envoy/config/rbac/v3"
)

// allows evaluates RBAC rules; r is nil for a connection that is not HTTP. No
// rules at all allow everything, ALLOW rules without a policy nothing.
func allows(rules *rbacv3.RBAC, conn Conn, r *Request) bool {
	if rules == nil {
		return true
	}
	hit := false
	for _, p := range rules.Policies {
		if p.Condition != nil || p.CheckedCondition != nil {
			unsupported("RBAC condition")
		}
		hit = hit || slices.ContainsFunc(p.Permissions, func(p *rbacv3.Permission) bool { return permits(p, conn, r) }) &&
			slices.ContainsFunc(p.Principals, func(p *rbacv3.Principal) bool { return isCaller(p, conn, r) })
	}
	switch rules.Action {
	case rbacv3.RBAC_ALLOW:
		return hit
	case rbacv3.RBAC_DENY:
		return !hit
	}
	unsupported("RBAC action %v", rules.Action)
	return false
}

func permits(p *rbacv3.Permission, conn Conn, r *Request) bool {
	again := func(p *rbacv3.Permission) bool { return permits(p, conn, r) }
	switch p := p.Rule.(type) {
	case *rbacv3.Permission_Any:
		return p.Any
	case *rbacv3.Permission_AndRules:
		return !slices.ContainsFunc(p.AndRules.Rules, func(p *rbacv3.Permission) bool { return !again(p) })
	case *rbacv3.Permission_OrRules:
		return slices.ContainsFunc(p.OrRules.Rules, again)
	case *rbacv3.Permission_NotRule:
		return !again(p.NotRule)
	case *rbacv3.Permission_Header:
		return r != nil && matchHeader(p.Header, *r)
	case *rbacv3.Permission_UrlPath:
		return r != nil && matchString(p.UrlPath.GetPath(), r.path())
	case *rbacv3.Permission_DestinationPort:
		return int(p.DestinationPort) == conn.Port
	case *rbacv3.Permission_RequestedServerName:
		return matchString(p.RequestedServerName, conn.SNI)
	}
	unsupported("RBAC permission %T", p.Rule)
	return false
}

func isCaller(p *rbacv3.Principal, conn Conn, r *Request) bool {
	again := func(p *rbacv3.Principal) bool { return isCaller(p, conn, r) }
	switch p := p.Identifier.(type) {
	case *rbacv3.Principal_Any:
		return p.Any
	case *rbacv3.Principal_AndIds:
		return !slices.ContainsFunc(p.AndIds.Ids, func(p *rbacv3.Principal) bool { return !again(p) })
	case *rbacv3.Principal_OrIds:
		return slices.ContainsFunc(p.OrIds.Ids, again)
	case *rbacv3.Principal_NotId:
		return !again(p.NotId)
	case *rbacv3.Principal_Header:
		return r != nil && matchHeader(p.Header, *r)
	case *rbacv3.Principal_Authenticated_:
		return conn.Peer != "" && (p.Authenticated.PrincipalName == nil || matchString(p.Authenticated.PrincipalName, conn.Peer))
	case *rbacv3.Principal_RemoteIp:
		return conn.Remote != "" && within(conn.Remote, p.RemoteIp)
	case *rbacv3.Principal_Metadata:
		return hasClaim(p.Metadata, r)
	case *rbacv3.Principal_FilterState:
		if !strings.HasSuffix(p.FilterState.Key, "peer_principal") {
			unsupported("filter state %s", p.FilterState.Key)
		}
		return conn.Peer != "" && matchString(p.FilterState.GetStringMatch(), conn.Peer)
	}
	unsupported("RBAC principal %T", p.Identifier)
	return false
}

func within(address string, block *corev3.CidrRange) bool {
	prefix, err := netip.ParseAddr(block.AddressPrefix)
	if err != nil {
		unsupported("address range %s", block.AddressPrefix)
	}
	return netip.PrefixFrom(prefix, int(block.PrefixLen.GetValue())).Contains(netip.MustParseAddr(address))
}
