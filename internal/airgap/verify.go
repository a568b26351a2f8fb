package airgap

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/dirhash"
	"golang.org/x/mod/zip"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// verify reads a file of a version, and compares its checksum.
func (s Sums) verify(v module.Version, ext, file string) error {
	line, got, err := v, "", error(nil)
	switch ext {
	case ".info":
		text, err := os.ReadFile(file) //nolint:gosec // our own
		if err == nil {
			_, err = info(v, text)
		}
		return err
	case ".mod":
		line = goModOf(v)
		got, err = dirhash.Hash1([]string{"go.mod"}, func(string) (io.ReadCloser, error) { return os.Open(file) }) //nolint:gosec // our own
	case ".zip":
		// Its bounds first: a small zip may hold a large file.
		if _, err := zip.CheckZip(v, file); err != nil {
			return fmt.Errorf("is not the zip of a module: %s", quote.Short(err.Error()))
		}
		got, err = dirhash.HashZip(file, dirhash.Hash1)
	}
	switch {
	case err != nil:
		return err
	case got != s[line]:
		return fmt.Errorf("its checksum is %s, not %s: it is damaged or manipulated", got, s[line])
	}
	return nil
}

// info reads an .info, and writes again what matters of it: no checksum covers it.
func info(v module.Version, text []byte) ([]byte, error) {
	var said struct {
		Version string
		Time    *time.Time `json:",omitempty"`
	}
	if err := json.Unmarshal(text, &said); err != nil {
		return nil, fmt.Errorf("is not the .info of this version: %w", err)
	}
	if said.Version != v.Version {
		return nil, fmt.Errorf("is the .info of %s", quote.Short(said.Version))
	}
	return json.Marshal(said)
}
