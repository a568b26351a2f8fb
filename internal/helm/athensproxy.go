package helm

import (
	"embed"
	"io/fs"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"

	"github.com/gomods/athens-kfn/pkg/releases"
)

// ChartName is the name of the public chart of Athens.
const ChartName = "athens-proxy"

// Own templates that make the objects which the public chart makes.
//
//go:embed all:athens-proxy
var athensProxy embed.FS

// ownChart is athens-proxy as this program knows it, of a version; of the newest
// for one that it does not know.
func ownChart(version string) (c *chart.Chart, known bool, err error) {
	var files []*loader.BufferedFile
	err = fs.WalkDir(athensProxy, ChartName, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := athensProxy.ReadFile(name)
		files = append(files, &loader.BufferedFile{Name: strings.TrimPrefix(name, ChartName+"/"), Data: data})
		return err
	})
	if err != nil {
		return nil, false, err
	}
	if c, err = loader.LoadFiles(files); err != nil {
		return nil, false, err
	}
	version = strings.TrimPrefix(version, "v")
	athens, known := releases.AthensOf(version)
	if known {
		c.Metadata.Version, c.Metadata.AppVersion = version, athens
	}
	return c, known, nil
}
