// Package atoms splits the strings that a decision can meet into finitely many
// classes. In: regular expressions, each a predicate that the decision may ask.
// Out: one class (an atom, after Yang and Lam's atomic predicates) for each
// combination of answers that some string has, with the shortest such string.
package atoms

import (
	"errors"
	"regexp/syntax"
	"slices"
	"strings"
)

// The limits of states of one automaton, and of a product; a site of this program
// has hundreds and thousands.
const (
	maxStates = 20_000
	maxJoint  = 500_000
)

// ErrTooLarge says that an automaton exceeds the limit of states, or a split that
// of atoms.
var ErrTooLarge = errors.New("its automaton has too many states")

// errBoundary says that an expression looks at what is around a byte.
var errBoundary = errors.New("\\b and \\B are not followed")

// Language is a set of strings of bytes, as the smallest automaton that accepts
// them. Its start is state 0. An expression sees each byte as the character of
// that number.
type Language struct {
	class   [256]uint8
	classes int
	next    []int32 // of state*classes + class
	accept  []bool
}

// Regexp is the language of the strings that an expression matches as a whole, in
// the syntax of Go and RE2, with . for any byte.
func Regexp(expression string) (*Language, error) {
	re, err := syntax.Parse(`(?s:`+expression+`)`, syntax.Perl)
	if err != nil {
		return nil, err
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		return nil, err
	}
	for i := range prog.Inst {
		const boundary = syntax.EmptyWordBoundary | syntax.EmptyNoWordBoundary
		if in := &prog.Inst[i]; in.Op == syntax.InstEmptyWidth && syntax.EmptyOp(in.Arg)&boundary != 0 {
			return nil, errBoundary
		}
	}
	l := &Language{}
	sample := l.classify(prog)
	states := [][]uint32{reach(prog, []uint32{uint32(prog.Start)}, syntax.EmptyBeginText|syntax.EmptyBeginLine)}
	index := map[string]int32{} // the start is not in it: ^ holds there only
	for i := 0; i < len(states); i++ {
		for _, b := range sample {
			to := reach(prog, step(prog, states[i], b), 0)
			k := key(to)
			n, known := index[k]
			if !known {
				n = int32(len(states))
				index[k], states = n, append(states, to)
			}
			l.next = append(l.next, n)
		}
		if len(states) > maxStates {
			return nil, ErrTooLarge
		}
		begin := syntax.EmptyOp(0)
		if i == 0 {
			begin = syntax.EmptyBeginText | syntax.EmptyBeginLine
		}
		end := reach(prog, states[i], begin|syntax.EmptyEndText|syntax.EmptyEndLine)
		l.accept = append(l.accept, slices.ContainsFunc(end, func(pc uint32) bool { return prog.Inst[pc].Op == syntax.InstMatch }))
	}
	return l.minimal(), nil
}

// classify puts bytes that no instruction tells apart in one class, and returns
// a byte of each.
func (l *Language) classify(prog *syntax.Prog) (sample []byte) {
	index := map[string]uint8{}
	for b := range 256 {
		var k strings.Builder
		for i := range prog.Inst {
			if consumes(&prog.Inst[i]) {
				k.WriteByte("01"[Bit(prog.Inst[i].MatchRune(rune(b)))])
			}
		}
		n, known := index[k.String()]
		if !known {
			n = uint8(len(sample))
			index[k.String()], sample = n, append(sample, byte(b))
		}
		l.class[b] = n
	}
	l.classes = len(sample)
	return sample
}

func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}

// Bit is 1 for yes and 0 for no, so that a no sorts first.
func Bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func consumes(in *syntax.Inst) bool {
	switch in.Op {
	case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
		return true
	}
	return false
}

// reach are the instructions that can be next without another byte. Where one asks
// for a place in the text that have does not name, it stays: the text may end here.
func reach(prog *syntax.Prog, pcs []uint32, have syntax.EmptyOp) (out []uint32) {
	seen := map[uint32]bool{}
	var visit func(pc uint32)
	visit = func(pc uint32) {
		if seen[pc] {
			return
		}
		seen[pc] = true
		switch in := &prog.Inst[pc]; in.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			visit(in.Out)
			visit(in.Arg)
		case syntax.InstCapture, syntax.InstNop:
			visit(in.Out)
		case syntax.InstEmptyWidth:
			if syntax.EmptyOp(in.Arg)&^have == 0 {
				visit(in.Out)
			} else {
				out = append(out, pc)
			}
		case syntax.InstFail:
		default:
			out = append(out, pc)
		}
	}
	for _, pc := range pcs {
		visit(pc)
	}
	slices.Sort(out)
	return out
}

func step(prog *syntax.Prog, pcs []uint32, b byte) (out []uint32) {
	for _, pc := range pcs {
		if in := &prog.Inst[pc]; consumes(in) && in.MatchRune(rune(b)) {
			out = append(out, in.Out)
		}
	}
	return out
}

func key[N uint32 | int32](of []N) string { return string(appendKey(make([]byte, 0, 4*len(of)), of)) }

func appendKey[N uint32 | int32](to []byte, of []N) []byte {
	for _, n := range of {
		to = append(to, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
	}
	return to
}

// Has says whether a string is in the language.
func (l *Language) Has(s string) bool {
	at := int32(0)
	for i := range len(s) {
		at = l.after(at, s[i])
	}
	return l.accept[at]
}

func (l *Language) after(state int32, b byte) int32 {
	return l.next[int(state)*l.classes+int(l.class[b])]
}

// Without are the strings of l that are not in m.
func (l *Language) Without(m *Language) *Language {
	type pair struct{ l, m int32 }
	return automaton(pair{},
		func(b byte) [3]int { return [3]int{int(l.class[b]), int(m.class[b])} },
		func(at pair, b byte) pair { return pair{l.after(at.l, b), m.after(at.m, b)} },
		func(at pair) bool { return l.accept[at.l] && !m.accept[at.m] })
}

// automaton is the language of the states that a byte leads to from a start. Bytes of
// one class, which alike tells by numbers, lead to the same.
func automaton[S comparable](start S, alike func(byte) [3]int, after func(S, byte) S, accept func(S) bool) *Language {
	out := &Language{}
	var sample []byte
	classes := map[[3]int]uint8{}
	for b := range 256 {
		n, known := classes[alike(byte(b))]
		if !known {
			n = uint8(len(sample))
			classes[alike(byte(b))], sample = n, append(sample, byte(b))
		}
		out.class[b] = n
	}
	out.classes = len(sample)
	states, index := []S{start}, map[S]int32{start: 0}
	for i := 0; i < len(states); i++ {
		at := states[i]
		for _, b := range sample {
			to := after(at, b)
			n, known := index[to]
			if !known {
				n = int32(len(states))
				index[to], states = n, append(states, to)
			}
			out.next = append(out.next, n)
		}
		out.accept = append(out.accept, accept(at))
	}
	return out.minimal()
}

// Decoded is the language of the strings that are in l when their percent signs
// are undone once. A string with a percent sign that begins no escape is not in it.
func (l *Language) Decoded() *Language {
	const none, percent, high = 0, 1, 2 // what was read of an escape; high + its first digit
	type state struct {
		at   int32
		read int
	}
	dead := state{-1, none}
	digitOf := func(b byte) int { return strings.IndexByte("0123456789abcdef", lower(b)) }
	return automaton(state{0, none}, func(b byte) [3]int {
		return [3]int{int(l.class[b]), digitOf(b), Bit(b == '%')}
	}, func(s state, b byte) state {
		digit := digitOf(b)
		switch {
		case s.at < 0:
			return dead
		case s.read == none && b == '%':
			return state{s.at, percent}
		case s.read == none:
			return state{l.after(s.at, b), none}
		case digit < 0:
			return dead
		case s.read == percent:
			return state{s.at, high + digit}
		}
		return state{l.after(s.at, byte((s.read-high)<<4|digit)), none}
	}, func(s state) bool { return s.at >= 0 && s.read == none && l.accept[s.at] })
}
