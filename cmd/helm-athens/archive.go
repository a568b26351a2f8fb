package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"path"
	"time"
)

// file of a chart, by its path inside the chart.
type file struct{ name, text string }

// archive packs files under a folder, as Helm reads a chart. The same files
// give the same bytes: every file has the same time, the earliest that a zip
// or a picky tar reader takes.
func archive(folder string, files []file) []byte {
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	packed := tar.NewWriter(zipped)
	for _, f := range files {
		// Writing to memory does not fail, and neither do these headers.
		_ = packed.WriteHeader(&tar.Header{
			Name: path.Join(folder, f.name), Mode: 0o644, Size: int64(len(f.text)),
			ModTime: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC),
		})
		_, _ = packed.Write([]byte(f.text))
	}
	_ = packed.Close()
	_ = zipped.Close()
	return out.Bytes()
}
