package v1alpha1

import (
	"math"
	"net/netip"
	"slices"
)

// special are the IPv4 addresses that nobody on the internet has (IANA's
// special-purpose registry and multicast), as far as the ranges are large.
func special() []netip.Prefix {
	var out []netip.Prefix
	for _, s := range []string{"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3"} {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

// mostOfInternet is the share from which on ranges are everybody: a few
// addresses that are left out hide nothing.
const mostOfInternet = 0.75

// everybody refuses ranges that are nearly the whole internet together.
func (r *rules) everybody(path string, list []string) {
	var v4, v6 []netip.Prefix
	for _, s := range list {
		switch p, err := netip.ParsePrefix(s); {
		case err != nil || p.Bits() == 0: // complained about already
		case p.Addr().Is4():
			v4 = append(v4, p.Masked())
		default:
			v6 = append(v6, p.Masked())
		}
	}
	global := netip.MustParsePrefix("2000::/3") // the IPv6 addresses of the internet
	for _, ranges := range []struct {
		version string
		share   float64
	}{
		{"IPv4", covered(v4, netip.MustParsePrefix("0.0.0.0/0"), special())},
		{"IPv6", covered(v6, global, nil)},
	} {
		if ranges.share > mostOfInternet {
			r.add(path, "the %s ranges together are nearly everybody, and the catalog names private modules: write the addresses of the other regions, as in 203.0.113.7/32", ranges.version)
		}
	}
}

// covered is the share of a space, but for some of its ranges, that ranges cover
// together. Ranges lie inside each other or apart: those inside another are left
// out and the rest is added up.
func covered(ranges []netip.Prefix, space netip.Prefix, except []netip.Prefix) float64 {
	size := func(p netip.Prefix) float64 { return math.Pow(2, -float64(p.Bits())) }
	common := func(p, q netip.Prefix) float64 {
		if !p.Overlaps(q) {
			return 0
		}
		return min(size(p), size(q))
	}
	part := func(p netip.Prefix) float64 {
		out := common(p, space)
		for _, e := range except {
			out -= common(p, e)
		}
		return max(0, out)
	}
	// The widest first, so that what lies inside another comes after it.
	ranges = slices.Clone(ranges)
	slices.SortFunc(ranges, func(p, q netip.Prefix) int { return p.Bits() - q.Bits() })
	sum := 0.0
	for i, p := range ranges {
		if !slices.ContainsFunc(ranges[:i], p.Overlaps) {
			sum += part(p)
		}
	}
	return sum / part(space)
}
