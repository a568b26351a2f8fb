package readers

import (
	"bytes"
	stdcontext "context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage"
	"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/filelogreceiver"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/extensiontest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver/receivertest"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

func context() stdcontext.Context { return stdcontext.Background() }

// podLogs is what a kubelet's runtime writes: time, stream, whether the line is
// whole, text. Athens, Envoy, lathens and a program that panics.
var podLogs = []struct {
	line       string
	attributes map[string]string
}{
	{
		`2026-01-02T03:04:05.000000001Z stdout F {"http-method":"GET","http-path":"/github.com/!azure/azure-sdk-for-go/@v/v1.0.0.info","http-status":200,"level":"info","msg":"incoming request"}`,
		map[string]string{"module": "github.com/!azure/azure-sdk-for-go", "version": "v1.0.0", "result": "200"},
	},
	{
		`2026-01-02T03:04:06.000000001Z stdout F {"method":"GET","path":"/golang.org/x/mod/@v/list","response_code":503}`,
		map[string]string{"module": "golang.org/x/mod", "version": "", "result": "503"},
	},
	{`2026-01-02T03:04:07.000000001Z stderr F {"msg":"no request"}`, nil},
	{`2026-01-02T03:04:08.000000001Z stderr F panic: runtime error`, nil},
}

// The collector of logs reads the kubelet's files as the user and with the
// groups that its pod has, and finds module, version and result in them.
func TestFilelog_ReadsTheKubeletsFilesAsItsPodsUser(t *testing.T) {
	if os.Getuid() != 0 {
		const why = "root is needed to be another user"
		if os.Getenv("CI") != "" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	c := collectors(t, logsSpec)[0]
	root := open(t)
	positions, dir := filepath.Join(root, "positions"), filepath.Join(root, "var/log/pods/goproxy_goproxy-athens-6d5f_0b3c1f2e-0000-0000-0000-000000000000/athens")
	for _, d := range []string{positions, dir} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(positions, 0o777); err != nil { // as an emptyDir is
		t.Fatal(err)
	}
	var text strings.Builder
	for _, l := range podLogs {
		text.WriteString(l.line + "\n")
	}
	log := filepath.Join(dir, "0.log")
	if err := os.WriteFile(log, []byte(text.String()), 0o640); err != nil { // as containerd does
		t.Fatal(err)
	}
	for was, is := range map[string]string{"/var/log/pods/": root + "/var/log/pods/", storageDirectory(t, c.config): positions} {
		if fixed := bytes.ReplaceAll(c.config, []byte(was), []byte(is)); bytes.Equal(fixed, c.config) {
			t.Fatalf("no %s in\n%s", was, c.config)
		} else {
			c.config = fixed
		}
	}
	// The files are there already.
	lines := read(t, root, bytes.Replace(c.config, []byte("filelog:\n"), []byte("filelog:\n    start_at: beginning\n"), 1), c.spec.PodSecurityContext, len(podLogs))
	if len(lines) != len(podLogs) {
		t.Fatalf("%d lines, want %d", len(lines), len(podLogs))
	}
	for i, want := range podLogs {
		got := map[string]string{}
		for _, name := range []string{"module", "version", "result"} {
			if v, ok := lines[i].Attributes[name]; ok {
				got[name] = fmt.Sprint(v)
			}
		}
		if diff := cmp.Diff(want.attributes, got); diff != "" && len(got)+len(want.attributes) > 0 {
			t.Errorf("%s: -want +got:\n%s", want.line, diff)
		}
		for name, value := range map[string]any{"athens.site": "goproxy.goproxy", "k8s.namespace.name": "goproxy", "k8s.pod.name": "goproxy-athens-6d5f", "k8s.container.name": "athens"} {
			if lines[i].Resource[name] != value {
				t.Errorf("%s: the resource has %s=%v, want %v", want.line, name, lines[i].Resource[name], value)
			}
		}
	}
	continues(t, root, log, &c)
}

// A collector that starts again reads what was written while it was down, and
// nothing twice.
func continues(t *testing.T, root, log string, c *collector) {
	t.Helper()
	f, err := os.OpenFile(log, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	const missed = "written while it was down"
	if _, err := f.WriteString("2026-01-02T03:05:00.000000001Z stdout F " + missed + "\n"); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if lines := read(t, root, c.config, c.spec.PodSecurityContext, 1); lines[0].Body != missed {
		t.Errorf("after a restart the first line is %q", lines[0].Body)
	}
}

// open is an empty directory that every user may enter.
func open(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "readers")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// logLine is a line as the collector has it.
type logLine struct {
	Resource, Attributes map[string]any
	Body                 string
}

// childEnv holds the configuration that this program reads files by when it
// runs as another user.
const childEnv = "READERS_FILELOG"

// linesEnv is how many lines it must find.
const linesEnv = "READERS_LINES"

func TestMain(m *testing.M) {
	if config := os.Getenv(childEnv); config != "" {
		if err := receive([]byte(config), os.Getenv(linesEnv), os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// read runs the receiver of a configuration as the user of a pod.
func read(t *testing.T, dir string, config []byte, as *corev1.PodSecurityContext, lines int) (out []logLine) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "readers")
	binary, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(program, binary, 0o755); err != nil { //nolint:gosec // another user runs it
		t.Fatal(err)
	}
	var groups []uint32
	for _, g := range as.SupplementalGroups {
		groups = append(groups, uint32(g)) //nolint:gosec // a group
	}
	cmd := exec.Command(program) //nolint:gosec // this program
	cmd.Dir, cmd.Env = dir, append(os.Environ(), childEnv+"="+string(config), linesEnv+"="+strconv.Itoa(lines))
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{
		Uid: uint32(*as.RunAsUser), Gid: uint32(*as.RunAsGroup), Groups: groups, //nolint:gosec // ids
	}}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	for dec.More() {
		var l logLine
		if err := dec.Decode(&l); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		out = append(out, l)
	}
	return out
}

// receive runs the receiver until it has read every line, and prints them.
func receive(text []byte, number string, to io.Writer) error {
	var config struct {
		Receivers  map[string]map[string]any `json:"receivers"`
		Extensions map[string]map[string]any `json:"extensions"`
	}
	count, err := strconv.Atoi(number)
	if err != nil {
		return err
	}
	if err := yaml.Unmarshal(text, &config); err != nil {
		return err
	}
	receiver := config.Receivers["filelog"]
	f := filelogreceiver.NewFactory()
	cfg := f.CreateDefaultConfig()
	if err := confmap.NewFromStringMap(receiver).Unmarshal(cfg); err != nil {
		return err
	}
	lines := make(chan logLine, len(podLogs)+1)
	sink, err := consumer.NewLogs(func(_ stdcontext.Context, logs plog.Logs) error {
		for _, rl := range logs.ResourceLogs().All() {
			for _, sl := range rl.ScopeLogs().All() {
				for _, r := range sl.LogRecords().All() {
					lines <- logLine{rl.Resource().Attributes().AsRaw(), r.Attributes().AsRaw(), r.Body().AsString()}
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	settings := receivertest.NewNopSettings(f.Type())
	settings.ID = component.NewID(f.Type()) // positions are kept by it
	r, err := f.CreateLogs(context(), settings, cfg, sink)
	if err != nil {
		return err
	}
	storage, err := startStorage(config.Extensions["file_storage"])
	if err != nil {
		return err
	}
	if err := r.Start(context(), host{component.MustNewID("file_storage"): storage}); err != nil {
		return err
	}
	enc := json.NewEncoder(to)
	for range count {
		select {
		case l := <-lines:
			if err := enc.Encode(l); err != nil {
				return err
			}
		case <-time.After(20 * time.Second):
			return fmt.Errorf("uid %d reads nothing more within 20s", os.Getuid())
		}
	}
	return errors.Join(r.Shutdown(context()), storage.Shutdown(context()))
}

// host gives components their extensions.
type host map[component.ID]component.Component

func (h host) GetExtensions() map[component.ID]component.Component { return h }

// startStorage starts what keeps positions.
func startStorage(config map[string]any) (extension.Extension, error) {
	f := filestorage.NewFactory()
	cfg := f.CreateDefaultConfig()
	if err := confmap.NewFromStringMap(config).Unmarshal(cfg); err != nil {
		return nil, err
	}
	out, err := f.Create(context(), extensiontest.NewNopSettings(f.Type()), cfg)
	if err != nil {
		return nil, err
	}
	return out, out.Start(context(), componenttest.NewNopHost())
}
