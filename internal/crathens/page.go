package crathens

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Bounds of a page. The site that sends it may be anyone's.
const (
	// maxText is how much of a string is read, as it is written: paths and
	// versions are shorter (see sound), and so are all storages' tokens.
	maxText = 8 << 10

	// maxPageBytes is more than the whole catalog of a disk that fits into
	// memory.
	maxPageBytes = 1 << 30

	// maxDepth of what is skipped.
	maxDepth = 100
)

// row is one stored version; the names are Athens' (v0.18.0,
// pkg/paths.AllPathParams).
type row struct{ Module, Version string }

// decodePage reads {"modules": [row…], "next": token} row by row: a page of
// disk storage may hold a million, and only what each keeps stays in memory. At
// most so many bytes are read.
// What else is there is skipped without holding it. modules may be null, and
// next may be missing. It ends with the first error of each.
func decodePage(r io.Reader, most int64, each func(row) error) (next string, err error) {
	limited := &io.LimitedReader{R: r, N: most}
	d := json.NewDecoder(newShortener(limited, maxText))
	d.UseNumber()
	if err := expect(d, json.Delim('{')); err != nil {
		return "", err
	}
	found := false
	for d.More() {
		key, err := token(d)
		if err != nil {
			return "", err
		}
		switch key {
		case "modules":
			found = true
			err = decodeRows(d, each)
		case "next":
			if next, err = text(d); strings.HasSuffix(next, shortened) {
				err = fmt.Errorf("longer than %d KiB", maxText>>10)
			}
		default:
			err = skip(d)
		}
		if err != nil && limited.N <= 0 {
			err = fmt.Errorf("the page is longer than %d MiB", most>>20)
		}
		if err != nil {
			return "", fmt.Errorf("%v: %w", key, err)
		}
	}
	if !found {
		return "", errors.New(`there is no "modules"`)
	}
	return next, expect(d, json.Delim('}'))
}

func decodeRows(d *json.Decoder, each func(row) error) error {
	switch start, err := token(d); {
	case err != nil:
		return err
	case start == nil:
		return nil
	case start != json.Delim('['):
		return fmt.Errorf("%v instead of a list", start)
	}
	for d.More() {
		r, err := decodeRow(d)
		if err == nil {
			err = each(r)
		}
		if err != nil {
			return err
		}
	}
	return expect(d, json.Delim(']'))
}

// decodeRow reads {"module": path, "version": version}; null is an empty row.
func decodeRow(d *json.Decoder) (r row, err error) {
	switch start, err := token(d); {
	case err != nil:
		return r, err
	case start == nil:
		return r, nil
	case start != json.Delim('{'):
		return r, fmt.Errorf("%v instead of an object", start)
	}
	for d.More() {
		key, err := token(d)
		if err != nil {
			return r, err
		}
		switch key {
		case "module":
			r.Module, err = text(d)
		case "version":
			r.Version, err = text(d)
		default:
			err = skip(d)
		}
		if err != nil {
			return r, err
		}
	}
	return r, expect(d, json.Delim('}'))
}

// text is a string; null is empty.
func text(d *json.Decoder) (string, error) {
	t, err := token(d)
	s, is := t.(string)
	if err == nil && t != nil && !is {
		err = fmt.Errorf("%v instead of a string", t)
	}
	return s, err
}

func skip(d *json.Decoder) error {
	for depth := 0; ; {
		t, err := token(d)
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth > maxDepth {
			return fmt.Errorf("nested more than %d deep", maxDepth)
		}
		if depth == 0 {
			return nil
		}
	}
}

func expect(d *json.Decoder, want json.Delim) error {
	got, err := token(d)
	if err == nil && got != want {
		err = fmt.Errorf("%v instead of %v", got, want)
	}
	return err
}

// token is the next one, which there must be.
func token(d *json.Decoder) (json.Token, error) {
	t, err := d.Token()
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return t, err
}
