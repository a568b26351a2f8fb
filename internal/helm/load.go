package helm

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"

	"github.com/gomods/athens-kfn/internal/source"
)

// gzipped is how an archive of a chart begins.
var gzipped = []byte{0x1f, 0x8b}

// IsChart says whether an operand is a chart: a directory with a Chart.yaml or
// an archive.
func IsChart(operand string) bool {
	info, err := os.Stat(operand)
	if err != nil || operand == source.Stdin {
		return false
	}
	if info.IsDir() {
		_, err = os.Stat(path.Join(operand, chartutil.ChartfileName))
		return err == nil
	}
	f, err := os.Open(operand)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	defer f.Close() //nolint:errcheck // only read
	begin := make([]byte, len(gzipped))
	_, err = f.Read(begin)
	return err == nil && bytes.Equal(begin, gzipped)
}

// load reads a chart with the charts in it. Every chart that it lists must be
// there, as for helm template.
func load(operand string) (c *chart.Chart, err error) {
	if info, err := os.Stat(operand); err != nil {
		return nil, err
	} else if info.IsDir() {
		if err := own(operand); err != nil {
			return nil, err
		}
		if c, err = loader.LoadDir(operand); err != nil {
			return nil, err
		}
	} else {
		r := source.Reader{Bounds: source.Bounds{Bytes: source.Sites.Bytes, Parts: int(source.Sites.Bytes)}}
		in, err := r.File(operand)
		if err != nil {
			return nil, err
		}
		if c, err = loader.LoadArchive(bytes.NewReader(in)); err != nil {
			return nil, err
		}
	}
	there := map[string]bool{}
	for _, d := range c.Dependencies() {
		there[d.Name()] = true
	}
	for _, d := range c.Metadata.Dependencies {
		if !there[d.Name] {
			return nil, fmt.Errorf("the chart %s that it lists is not in its charts directory: run helm dependency build", d.Name)
		}
	}
	return c, nil
}

// own refuses a directory with links out of it, which Helm follows, and with
// more than one can look through.
func own(dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close() //nolint:errcheck // only read
	count, bytes := 0, int64(0)
	return fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := root.Stat(name)
		if err != nil {
			return fmt.Errorf("%s: a link out of the chart is not followed: copy what it names", name)
		}
		count++
		if !info.IsDir() {
			bytes += info.Size()
		}
		if count > source.MaxEntries || bytes > loader.MaxDecompressedChartSize {
			return fmt.Errorf("has more than %d files or %d MiB: name the directory of one chart", source.MaxEntries, loader.MaxDecompressedChartSize>>20)
		}
		return nil
	})
}
