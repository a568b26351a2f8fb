package prove

import "slices"

// verdict says whether something holds. With a reason in why, that is not
// known.
type verdict struct {
	is  bool
	why []string
}

func truth(is bool) verdict { return verdict{is: is} }

func unsure(why ...string) verdict { return verdict{why: why} }

func (v verdict) known() bool { return len(v.why) == 0 }

// possible says that it holds, or may hold.
func (v verdict) possible() bool { return v.is || !v.known() }

func (v verdict) not() verdict {
	if !v.known() {
		return v
	}
	return truth(!v.is)
}

// all holds where every one does: one that does not decides, whatever is not
// known of the others.
func all(of ...verdict) verdict {
	var why []string
	for _, v := range of {
		if !v.possible() {
			return truth(false)
		}
		why = append(why, v.why...)
	}
	return verdict{is: len(why) == 0, why: why}
}

// some holds where one does.
func some(of ...verdict) verdict {
	var why []string
	for _, v := range of {
		if v.known() && v.is {
			return truth(true)
		}
		why = append(why, v.why...)
	}
	return unsure(why...)
}

// someOf is some of what judge says of each item.
func someOf[T any](items []T, judge func(T) verdict) verdict {
	out := make([]verdict, 0, len(items))
	for _, item := range items {
		out = append(out, judge(item))
	}
	return some(out...)
}

// distinct are texts, each once, in order.
func distinct(texts []string) []string {
	if len(texts) == 0 {
		return nil
	}
	texts = slices.Clone(texts)
	slices.Sort(texts)
	return slices.Compact(texts)
}
