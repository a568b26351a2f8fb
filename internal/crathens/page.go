package crathens

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// row is one stored version; the names are Athens' (v0.18.0,
// pkg/paths.AllPathParams).
type row struct {
	Module  string `json:"module"`
	Version string `json:"version"`
}

// decodePage reads {"modules": [row…], "next": token} row by row: a page of
// disk storage may hold a million, and only what each keeps stays in memory.
// modules may be null, and next may be missing.
func decodePage(r io.Reader, each func(row)) (next string, err error) {
	d := json.NewDecoder(r)
	if err := expect(d, json.Delim('{')); err != nil {
		return "", err
	}
	found := false
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return "", err
		}
		switch key {
		case "modules":
			found = true
			err = decodeRows(d, each)
		case "next":
			err = d.Decode(&next)
		default:
			err = d.Decode(new(json.RawMessage))
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

func decodeRows(d *json.Decoder, each func(row)) error {
	switch start, err := d.Token(); {
	case err != nil:
		return err
	case start == nil:
		return nil
	case start != json.Delim('['):
		return fmt.Errorf("%v instead of a list", start)
	}
	for d.More() {
		var r row
		if err := d.Decode(&r); err != nil {
			return err
		}
		each(r)
	}
	return expect(d, json.Delim(']'))
}

func expect(d *json.Decoder, want json.Delim) error {
	got, err := d.Token()
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if err == nil && got != want {
		err = fmt.Errorf("%v instead of %v", got, want)
	}
	return err
}
