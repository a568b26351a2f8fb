package scaffold

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// Ask asks for what no flag says, on out, and reads answers from in. An empty answer takes what stands in
// brackets; one that makes no site is asked for again, with the reason.
func (o *Options) Ask(in io.Reader, out io.Writer, set func(flag string) bool) error {
	q := questions{in: bufio.NewReader(in), out: out}
	fmt.Fprintln(out, "A new Go module proxy site. Enter takes the value in brackets.")
	var err error
	if !set("platform") {
		if o.Platform, err = q.choose("Where will it run?", Platforms()); err != nil {
			return err
		}
	}
	if !set("storage") {
		if o.Storage, err = q.choose("Where are modules kept?", Storages()); err != nil {
			return err
		}
	}
	if !set("host") {
		wrong := func(answer string) string {
			with := *o
			with.Host = answer
			return wrongWith(with, "spec.host")
		}
		if o.Host, err = q.text("DNS name under which go commands reach it", Host(o.Platform), wrong); err != nil {
			return err
		}
	}
	if !set("upstream") {
		preset := cmp.Or(o.Offer, v1alpha1.ProxyDirect)
		wrong := func(answer string) string {
			with := *o
			with.GoProxy = answer
			return wrongWith(with, "spec.athens.upstream")
		}
		answer, err := q.text("Where do modules come from? A proxy's URL, or direct", preset, wrong)
		if err != nil {
			return err
		}
		o.GoProxy = answer
	}
	return nil
}

// wrongWith is what is wrong with one field of a new site; empty for nothing.
func wrongWith(o Options, path string) string {
	_, results := Load(Files(o))
	for _, r := range results {
		if strings.HasPrefix(r.Field, path) {
			return r.Message
		}
	}
	return ""
}

// questions are asked on out and answered on in.
type questions struct {
	in  *bufio.Reader
	out io.Writer
}

func (q *questions) text(question, preset string, wrong func(string) string) (string, error) {
	for {
		answer, err := q.line(question, preset)
		if err != nil {
			return "", err
		}
		problem := wrong(answer)
		if problem == "" {
			return answer, nil
		}
		fmt.Fprintf(q.out, "  %s\n", problem)
	}
}

// choose asks for one of several, by number or by name; the first is the
// default.
func (q *questions) choose(question string, choices []Choice) (string, error) {
	fmt.Fprintln(q.out, question)
	for i, choice := range choices {
		fmt.Fprintf(q.out, "  %d  %-10s %s\n", i+1, choice.Name, choice.About)
	}
	for {
		answer, err := q.line("Number or name", choices[0].Name)
		if err != nil {
			return "", err
		}
		for i, choice := range choices {
			if answer == choice.Name || answer == strconv.Itoa(i+1) {
				return choice.Name, nil
			}
		}
		fmt.Fprintf(q.out, "  %q is neither a number nor a name of the list\n", answer)
	}
}

func (q *questions) line(question, preset string) (string, error) {
	if preset != "" {
		preset = " [" + preset + "]"
	}
	fmt.Fprintf(q.out, "%s%s: ", question, preset)
	answer, err := q.in.ReadString('\n')
	if err != nil {
		fmt.Fprintln(q.out)
		return "", errors.New("no answer; nothing was written")
	}
	if answer = strings.TrimSpace(answer); answer == "" && preset != "" {
		return preset[2 : len(preset)-1], nil
	}
	return answer, nil
}
