package crathens

import (
	"bytes"
	"context"
	"io"
	"slices"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"
)

// maxMod bounds a go.mod, which anyone may write and whose parser needs up to 220
// times its size (measured).
const maxMod = 128 << 10

// unretracted leaves out the versions that the go.mod of the module's newest
// one retracts, which Athens holds by now. Athens v0.18.0 lists retracted
// versions only if it stores them; other releases may list them all. What that is stays unknown where the
// go.mod cannot be read: then the walk fails, and warms them all.
func (w *walk) unretracted(ctx context.Context, name, newest string, versions []string) ([]string, error) {
	url, err := w.cfg.Athens.file(name, newest, ".mod")
	if err != nil {
		return versions, badAnswer("%v", err)
	}
	var retracted []*modfile.Retract
	err = w.get(ctx, modRequest, url, func(r io.Reader) (err error) {
		retracted, err = w.readRetractions(r)
		return err
	})
	return slices.DeleteFunc(versions, func(v string) bool {
		is := slices.ContainsFunc(retracted, func(r *modfile.Retract) bool {
			return semver.Compare(r.Low, v) <= 0 && semver.Compare(v, r.High) <= 0
		})
		if is {
			w.skip(name+"@"+v, "retracted by the go.mod of "+newest)
		}
		return is
	}), err
}

func (w *walk) readRetractions(r io.Reader) ([]*modfile.Retract, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxMod+1))
	switch {
	case err != nil:
		return nil, err
	case len(text) > maxMod:
		return nil, badAnswer("the go.mod is longer than %d KiB", maxMod>>10)
	case !bytes.Contains(text, []byte("retract")):
		return nil, nil
	}
	w.parsing.Lock() // one parser's memory at a time
	defer w.parsing.Unlock()
	file, err := modfile.ParseLax("go.mod", text, nil)
	if err != nil {
		return nil, badAnswer("%v", err)
	}
	return file.Retract, nil
}
