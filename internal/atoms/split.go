package atoms

import "slices"

// MaxAtoms is how many atoms a split may have.
const MaxAtoms = 20_000

// Atom is the strings that are in the same of some languages.
type Atom struct {
	// Shortest of its strings; of several, one that has letters rather than
	// punctuation.
	Shortest string
	// In has the numbers of the languages that its strings are in, in order.
	In []int
}

// Split are the atoms of a domain, the shortest first: each string of the domain
// is in exactly one. ErrTooLarge where the limits do not suffice.
func Split(domain *Language, of []*Language) ([]Atom, error) {
	all := append([]*Language{domain}, of...)
	bytes := alphabet(all)
	alive := domain.alive()
	type node struct {
		from int32
		by   byte
	}
	width := len(all)
	states, trail := make([]int32, width), []node{{-1, 0}}
	index := map[string]bool{key(states): true}
	found := map[string]bool{}
	var out []Atom
	to, k := make([]int32, width), make([]byte, 0, 4*width)
	for i := 0; i < len(trail); i++ {
		at := states[i*width : (i+1)*width]
		if domain.accept[at[0]] {
			in := []int{}
			for n, l := range of {
				if l.accept[at[n+1]] {
					in = append(in, n)
				}
			}
			k := numbers(in)
			if !found[k] {
				found[k] = true
				var witness []byte
				for n := int32(i); trail[n].from >= 0; n = trail[n].from {
					witness = append(witness, trail[n].by)
				}
				slices.Reverse(witness)
				out = append(out, Atom{string(witness), in})
			}
		}
		for _, b := range bytes {
			for n, l := range all {
				to[n] = l.after(states[i*width+n], b)
			}
			if !alive[to[0]] {
				continue
			}
			if k = appendKey(k[:0], to); !index[string(k)] {
				index[string(k)] = true
				states, trail = append(states, to...), append(trail, node{int32(i), b})
			}
		}
		if len(trail) > maxJoint || len(out) > MaxAtoms {
			return nil, ErrTooLarge
		}
	}
	return out, nil
}

func numbers(of []int) string {
	n := make([]int32, len(of))
	for i := range of {
		n[i] = int32(of[i])
	}
	return key(n)
}

// alive are the states from which some string is accepted.
func (l *Language) alive() []bool {
	out := slices.Clone(l.accept)
	for changed := true; changed; {
		changed = false
		for s := range out {
			for c := range l.classes {
				if !out[s] && out[l.next[s*l.classes+c]] {
					out[s], changed = true, true
				}
			}
		}
	}
	return out
}

// alphabet is one byte for all that no language tells apart, in the order in
// which a person likes to read them.
func alphabet(of []*Language) (out []byte) {
	const readable = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/.-_~"
	seen := map[string]bool{}
	take := func(b byte) {
		k := make([]int32, len(of))
		for i, l := range of {
			k[i] = int32(l.class[b])
		}
		if s := key(k); !seen[s] {
			seen[s] = true
			out = append(out, b)
		}
	}
	for i := range len(readable) {
		take(readable[i])
	}
	for b := range 256 {
		take(byte(b))
	}
	return out
}
