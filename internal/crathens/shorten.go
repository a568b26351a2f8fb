package crathens

import (
	"bufio"
	"io"
)

// shortened ends a string that was cut. No token, path or version has a NUL.
const shortened = "\x00"

// shortener passes JSON on without what its reader would hold for nothing:
// encoding/json keeps a whole string, number or run of blanks before it hands it
// over. A string that is written in more than max bytes is cut and ends in
// shortened, a number or word just ends, and one blank is left of many.
type shortener struct {
	from   *bufio.Reader
	max    int
	buffer []byte // what was taken from from, and, of that, what is not yet read:
	out    []byte
	err    error
	quoted bool // within a string
	blank  bool // after a blank
	run    int  // length of the string, number or word so far
}

func newShortener(r io.Reader, longest int) *shortener {
	return &shortener{from: bufio.NewReader(r), max: longest}
}

func (s *shortener) Read(p []byte) (int, error) {
	if len(s.out) == 0 {
		s.buffer = s.buffer[:0]
		for len(s.buffer) < len(p) && s.err == nil {
			s.err = s.take()
		}
		s.out = s.buffer
	}
	if len(s.out) == 0 {
		return 0, s.err
	}
	n := copy(p, s.out)
	s.out = s.out[n:]
	return n, nil
}

// take looks at one character, or one escape within a string.
func (s *shortener) take() error {
	c, err := s.from.ReadByte()
	if err != nil {
		return err
	}
	blank := !s.quoted && (c == ' ' || c == '\t' || c == '\n' || c == '\r')
	switch {
	case blank && s.blank:
	case blank, !s.quoted && (c == '{' || c == '}' || c == '[' || c == ']' || c == ',' || c == ':'):
		s.run = 0
		s.buffer = append(s.buffer, c)
	case c == '"':
		s.quoted, s.run = !s.quoted, 0
		s.buffer = append(s.buffer, c)
	case s.quoted && c == '\\':
		return s.escape()
	default:
		s.keep(c)
	}
	s.blank = blank
	return nil
}

// escape takes the rest of one: \n, or \u and four digits.
func (s *shortener) escape() error {
	var e [6]byte
	e[0] = '\\'
	if _, err := io.ReadFull(s.from, e[1:2]); err != nil {
		return err
	}
	n := 2
	if e[1] == 'u' {
		n = 6
		if _, err := io.ReadFull(s.from, e[2:]); err != nil {
			return err
		}
	}
	s.keep(e[:n]...)
	return nil
}

// keep passes on a part of a run, unless the run is too long by it.
func (s *shortener) keep(part ...byte) {
	switch {
	case s.run > s.max:
	case s.run+len(part) <= s.max:
		s.run += len(part)
		s.buffer = append(s.buffer, part...)
	default:
		s.run = s.max + 1
		if s.quoted {
			s.buffer = append(s.buffer, `\u0000`...)
		}
	}
}
