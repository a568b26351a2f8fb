package helm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"time"

	"github.com/gomods/athens-kfn/internal/importer"
	"github.com/gomods/athens-kfn/internal/krm"
)

// answer is what the process that renders a stranger's chart returns.
type answer struct {
	Objects         []byte
	Name, Namespace string
	Missing         []importer.Line
	Notes           []string
	Error           string
}

var errCrash = errors.New("Helm's engine crashes on it, most likely for want of memory") //nolint:staticcheck // Helm is a name

// apart renders in a process of its own: a template can ask for more memory than
// there is, which no program survives.
func (i Import) apart() (src importer.Source, notes []string, err error) {
	request, err := json.Marshal(i)
	if err != nil {
		return src, nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), renderTime+10*time.Second)
	defer cancel()
	child := exec.CommandContext(ctx, i.Self[0], i.Self[1:]...)
	child.Stdin = bytes.NewReader(request)
	out, err := child.Output()
	var a answer
	if err != nil || json.Unmarshal(out, &a) != nil { // error dropped: this program wrote it, so it is cut off
		return src, nil, chartError{i.Chart, errCrash}
	}
	if a.Error != "" {
		return src, nil, errors.New(a.Error)
	}
	docs, err := krm.Documents(a.Objects)
	src = importer.Source{Name: a.Name, Namespace: a.Namespace, Missing: a.Missing}
	for _, doc := range docs {
		src.Objects = append(src.Objects, doc.Content[0])
	}
	return src, a.Notes, err
}

// Serve is the process that apart starts.
func Serve(in io.Reader, out io.Writer) error {
	var i Import
	if err := json.NewDecoder(in).Decode(&i); err != nil {
		return err
	}
	var a answer
	src, notes, err := i.Source()
	if err != nil {
		a.Error = err.Error()
	} else {
		a = answer{Name: src.Name, Namespace: src.Namespace, Missing: src.Missing, Notes: notes}
		var text bytes.Buffer
		if err := krm.WriteStream(&text, src.Objects...); err != nil {
			return err
		}
		a.Objects = text.Bytes()
	}
	return json.NewEncoder(out).Encode(a)
}

// chartError names the chart that an error is about.
type chartError struct {
	chart string
	error
}

func (e chartError) Error() string { return e.chart + ": " + e.error.Error() }
