package atoms

// minimal is the smallest automaton of the same language (Moore's algorithm), with
// as few classes of bytes as it needs.
func (l *Language) minimal() *Language {
	n := len(l.accept)
	block := make([]int32, n)
	for s := range n {
		block[s] = int32(Bit(l.accept[s]))
	}
	row, buffer := make([]int32, l.classes+1), make([]byte, 0, 4*l.classes+4)
	for count := 0; ; {
		index := map[string]int32{}
		next := make([]int32, n)
		for s := range n {
			row[0] = block[s]
			for c := range l.classes {
				row[c+1] = block[l.next[s*l.classes+c]]
			}
			buffer = appendKey(buffer[:0], row)
			b, known := index[string(buffer)]
			if !known {
				b = int32(len(index))
				index[string(buffer)] = b
			}
			next[s] = b
		}
		block = next
		if len(index) == count {
			return l.merged(block, count)
		}
		count = len(index)
	}
}

// merged has one state for each block; that of state 0 is 0, as blocks are
// numbered in the order of their first state.
func (l *Language) merged(block []int32, count int) *Language {
	first := make([]int, count)
	for s := len(block) - 1; s >= 0; s-- {
		first[block[s]] = s
	}
	columns, column := map[string]uint8{}, make([][]int32, 0, l.classes)
	class := make([]uint8, l.classes)
	for c := range l.classes {
		col := make([]int32, count)
		for b, s := range first {
			col[b] = block[l.next[s*l.classes+c]]
		}
		k := key(col)
		n, known := columns[k]
		if !known {
			n = uint8(len(column))
			columns[k], column = n, append(column, col)
		}
		class[c] = n
	}
	out := &Language{classes: len(column), accept: make([]bool, count), next: make([]int32, 0, count*len(column))}
	for b := range 256 {
		out.class[b] = class[l.class[b]]
	}
	for b, s := range first {
		out.accept[b] = l.accept[s]
		for _, col := range column {
			out.next = append(out.next, col[b])
		}
	}
	return out
}
