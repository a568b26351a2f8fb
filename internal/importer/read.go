package importer

import (
	"fmt"
	"io"
	"strings"

	"github.com/gomods/athens-kfn/internal/manifests"
	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// Read finds the objects in files of manifests, also those in Lists. What cannot be
// read is in Missing.
func Read(files []source.File) (src Source) {
	set := manifests.Read(files)
	for _, o := range set.Objects {
		src.Objects = append(src.Objects, o.Node)
	}
	for i := range set.Unread {
		src.Missing = append(src.Missing, Line{Verdict: LeftOut, Key: "manifest", Text: set.Unread[i].Text(), Matters: true})
	}
	return src
}

// Write prints the report: a line for each part, and how many are the same. With
// all, those are listed too.
func (r *Result) Write(w io.Writer, all bool) {
	count := map[string]int{}
	for _, l := range r.Lines {
		if count[l.Verdict]++; l.Verdict != Same || all {
			fmt.Fprintln(w, quote.Text(l.Verdict+": "+l.Key+": "+l.Text))
		}
	}
	left := fmt.Sprintf("%d left out", count[LeftOut])
	if count[LeftOut] == 0 && !r.Failed() {
		left = "nothing left out"
	}
	fmt.Fprintln(w, strings.Join([]string{left, fmt.Sprintf("%d differ", count[Differs]), fmt.Sprintf("%d yours to do", count[YoursToDo]), fmt.Sprintf("%d the same", count[Same])}, ", "))
}
