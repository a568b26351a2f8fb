package importer

import (
	"errors"
	"strconv"
	"strings"
	"text/scanner"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// readDownload reads the rules of a download mode: attributes mode and downloadURL,
// at the top and in blocks with the label download (Athens' pkg/download/mode).
// Anything else of HCL is an error.
func readDownload(text string) (*v1alpha1.Download, error) {
	d := &v1alpha1.Download{Mode: v1alpha1.DownloadSync}
	var s scanner.Scanner
	s.Init(strings.NewReader(strings.ReplaceAll(text, "#", "//"))) // a # in a string is refused with it
	if strings.Contains(text, "#") && strings.Contains(text, `"`) {
		for line := range strings.Lines(text) {
			if i := strings.IndexByte(line, '#'); i >= 0 && strings.Count(line[:i], `"`)%2 == 1 {
				return nil, errors.New("a string in it holds #")
			}
		}
	}
	s.Error = func(*scanner.Scanner, string) {} // reported as a token that is not expected
	next := func() string { s.Scan(); return s.TokenText() }
	value := func() (string, bool) {
		if next() != "=" {
			return "", false
		}
		v, err := strconv.Unquote(next())
		return v, err == nil && !strings.Contains(v, "${")
	}
	var rule *v1alpha1.DownloadRule
	for word := next(); word != ""; word = next() {
		ok := true
		switch word {
		case "mode", "downloadURL":
			var v string
			v, ok = value()
			switch {
			case rule != nil && word == "mode":
				rule.Mode = camel(v)
			case rule != nil:
				rule.URL = v
			case word == "mode":
				d.Mode = camel(v)
			default:
				d.URL = v
			}
		case "download":
			label, err := strconv.Unquote(next())
			ok = err == nil && next() == "{" && rule == nil
			d.Rules = append(d.Rules, v1alpha1.DownloadRule{Pattern: label})
			rule = &d.Rules[len(d.Rules)-1]
		case "}":
			ok = rule != nil
			rule = nil
		default:
			ok = false
		}
		if !ok {
			return nil, errors.New("line " + strconv.Itoa(s.Position.Line) + " is not an attribute mode or downloadURL, or a block download")
		}
	}
	if rule != nil {
		return nil, errors.New("a block has no end")
	}
	return d, nil
}
