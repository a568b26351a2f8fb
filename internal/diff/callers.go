package diff

import (
	"net/netip"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/tree"
)

const (
	// anyone is the caller that a policy with no source speaks of.
	anyone = "anyone"
	// unknownCaller is that of an item of from that is empty, which prove does not
	// judge either; it counts as anyone.
	unknownCaller = "an unknown caller (from without a source)"
)

// caller is who a rule is about.
type caller struct {
	// who is a principal, or anyone, with what else is asked of the caller.
	who string
	// ranges of addresses that the caller comes from, as a trusted proxy says
	// and as the connection has them; empty for all.
	ranges, direct string
}

// conditionsOn are what a source may ask beside principals and addresses.
var conditionsOn = [...]struct{ key, words string }{
	{"notPrincipals", "except"},
	{"requestPrincipals", "with a token of"}, {"notRequestPrincipals", "without a token of"},
	{"namespaces", "in the namespaces"}, {"notNamespaces", "outside the namespaces"},
	{"serviceAccounts", "with the service accounts"}, {"notServiceAccounts", "without the service accounts"},
	{"notIpBlocks", "not connected from"}, {"notRemoteIpBlocks", "not from"},
}

func callers(from []*yaml.Node) (out []caller) {
	for _, f := range from {
		source := tree.Get(f, "source")
		if len(keys(source)) == 0 {
			out = append(out, caller{who: unknownCaller})
			continue
		}
		var more []string
		for _, c := range conditionsOn {
			if values := texts(source, c.key); len(values) > 0 {
				more = append(more, c.words+" "+strings.Join(values, ", "))
			}
		}
		names := texts(source, "principals")
		if len(names) == 0 {
			names = []string{anyone}
		}
		for _, name := range names {
			out = append(out, caller{
				who:    strings.Join(append([]string{name}, more...), " "),
				ranges: strings.Join(texts(source, "remoteIpBlocks"), ", "),
				direct: strings.Join(texts(source, "ipBlocks"), ", "),
			})
		}
	}
	if len(out) == 0 {
		return []caller{{who: anyone}}
	}
	return out
}

func (c caller) text() string {
	text := c.who
	if c.ranges != "" {
		text += " from " + c.ranges
	}
	if c.direct != "" {
		text += " connected from " + c.direct
	}
	return text
}

// within says whether every range is inside of one of others, where none at
// all are all addresses.
func within(ranges, others string) bool {
	if others == "" {
		return true
	}
	outer := prefixes(others)
	inner := prefixes(ranges)
	return len(inner) > 0 && !slices.ContainsFunc(inner, func(p netip.Prefix) bool {
		return !slices.ContainsFunc(outer, func(o netip.Prefix) bool { return o.Bits() <= p.Bits() && o.Contains(p.Addr()) })
	})
}

// prefixes are ranges as numbers; a range that cannot be read is inside of
// nothing.
func prefixes(ranges string) (out []netip.Prefix) {
	for text := range strings.SplitSeq(ranges, ", ") {
		p, err := netip.ParsePrefix(text)
		if addr, bad := netip.ParseAddr(text); err != nil && bad == nil {
			p = netip.PrefixFrom(addr, addr.BitLen())
		}
		out = append(out, p)
	}
	return out
}
