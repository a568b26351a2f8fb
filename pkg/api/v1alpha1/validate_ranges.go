package v1alpha1

import (
	"cmp"
	"math"
	"net/netip"
	"slices"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// special are the IPv4 addresses that no host on the internet has (IANA's
// special-purpose registry and multicast), as far as the ranges are large.
func special() []netip.Prefix {
	return prefixes("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3")
}

// mostOfInternet is the share from which on ranges count as the whole internet: a few
// addresses that are left out hide nothing.
const mostOfInternet = 0.75

// Joined are ranges of addresses as few others: those inside another are left
// out, neighbours make one, and IPv4 that is written in IPv6 is IPv4. IPv4 comes
// first, each in the order of its addresses.
func Joined(ranges []netip.Prefix) []netip.Prefix {
	var list []netip.Prefix
	for _, p := range ranges {
		list = append(list, withIPv4(p.Masked())...)
	}
	// Sorted, a range stands right behind the one that holds it or that is its
	// other half.
	slices.SortFunc(list, func(p, q netip.Prefix) int {
		return cmp.Or(p.Addr().Compare(q.Addr()), cmp.Compare(p.Bits(), q.Bits()))
	})
	var out []netip.Prefix
	for _, p := range list {
		for len(out) > 0 {
			last := out[len(out)-1]
			twice := netip.PrefixFrom(p.Addr(), p.Bits()-1).Masked()
			if last.Overlaps(p) {
				p = last
			} else if last.Bits() == p.Bits() && twice.Overlaps(last) {
				p = twice
			} else {
				break
			}
			out = out[:len(out)-1]
		}
		out = append(out, p)
	}
	return out
}

// withIPv4 is a range, and the IPv4 addresses in it: the IPv4-mapped ones
// (RFC 4291), and the well-known prefix behind NAT64 (RFC 6052). What is nothing
// else is IPv4 only.
func withIPv4(p netip.Prefix) []netip.Prefix {
	out := []netip.Prefix{p}
	for _, in := range prefixes("::ffff:0:0/96", "64:ff9b::/96") {
		switch {
		case !p.Overlaps(in):
		case p.Bits() < in.Bits():
			out = append(out, netip.MustParsePrefix("0.0.0.0/0"))
		default:
			b := p.Addr().As16()
			return []netip.Prefix{netip.PrefixFrom(netip.AddrFrom4([4]byte(b[12:])), p.Bits()-in.Bits())}
		}
	}
	return out
}

// wholeInternet refuses ranges that are nearly the whole internet together; why
// says what is wrong with that, and what to write instead.
func (r *rules) wholeInternet(path string, list []string, why string) {
	var all, v4, v6 []netip.Prefix
	for _, s := range list {
		if p, err := netip.ParsePrefix(s); err == nil && p.Bits() > 0 && !p.Addr().Is4In6() { // others are complained about already
			all = append(all, p)
		}
	}
	for _, p := range Joined(all) {
		if p.Addr().Is4() {
			v4 = append(v4, p)
		} else {
			v6 = append(v6, p)
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
			r.add(path, "the %s ranges together are nearly every address%s", ranges.version, quote.Said(why))
		}
	}
}

// covered is the share of a space, but for some of its ranges, that joined
// ranges cover together.
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
	sum := 0.0
	for _, p := range ranges {
		sum += part(p)
	}
	return sum / part(space)
}
