package helm

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"time"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
)

// epoch is the time of every file in a chart, the earliest that a zip or a picky
// tar reader takes.
var epoch = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// archive is a chart as Helm saves it, but for the time of day that Helm writes
// next to every file: the same site gives the same bytes.
func archive(c *chart.Chart) ([]byte, error) {
	dir, err := os.MkdirTemp("", "helm-athens-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary directory
	path, err := chartutil.Save(c, dir)
	if err != nil {
		return nil, err
	}
	saved, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer saved.Close() //nolint:errcheck // only read
	return stamped(saved)
}

// stamped is an archive with the same time on every file.
func stamped(saved io.Reader) ([]byte, error) {
	unzipped, err := gzip.NewReader(saved)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	zipped.Extra, zipped.Comment = unzipped.Extra, unzipped.Comment
	from, to := tar.NewReader(unzipped), tar.NewWriter(zipped)
	for {
		header, err := from.Next()
		if errors.Is(err, io.EOF) {
			err = errors.Join(to.Close(), zipped.Close())
			return out.Bytes(), err
		}
		if err != nil {
			return nil, err
		}
		header.ModTime, header.Format = epoch, tar.FormatUnknown
		if err := to.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := io.Copy(to, from); err != nil {
			return nil, err
		}
	}
}
