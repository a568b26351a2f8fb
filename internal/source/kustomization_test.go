package source

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

const (
	aSite   = "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: a, namespace: b}\nspec: {host: a.example.com}\n"
	aConfig = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: fn\n  annotations:\n    config.kubernetes.io/function: |\n      exec: {path: ./fn}\n"
	patched = "resources: [site.yaml]\npatches:\n- patch: |-\n    apiVersion: athens.gomods.io/v1alpha1\n    kind: AthensSite\n    metadata: {name: a, namespace: b}\n    spec: {region: west}\n"
)

// folder writes files under a new directory.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// program puts a shell script called kustomize, and nothing else of it, in PATH.
func program(t *testing.T, script string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the script is for a POSIX shell")
	}
	dir := folder(t, map[string]string{"kustomize": "#!/bin/sh\n" + script})
	t.Setenv("PATH", dir+string(os.PathListSeparator)+"/usr/bin"+string(os.PathListSeparator)+"/bin")
}

func open(dir string) ([]File, error) { return Open(dir, Options{Bounds: Sites}) }

// The files that a kustomization only lists are read as they are, with their
// names, also where there is no kustomize.
func TestKustomization_ListsFiles(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"a resource":        {map[string]string{"kustomization.yaml": "resources: [site.yaml]\n", "site.yaml": aSite, "b.yaml": aSite}, "site.yaml"},
		"a generator":       {map[string]string{"kustomization.yml": "generators:\n- ./site.yaml\n", "site.yaml": aSite}, "site.yaml"},
		"a transformer":     {map[string]string{"Kustomization": "resources: [a.yaml]\ntransformers: [site.yaml]\n", "a.yaml": "kind: A\n", "site.yaml": aSite}, "a.yaml site.yaml"},
		"a directory":       {map[string]string{"kustomization.yaml": "resources: [base]\n", "base/kustomization.yaml": "resources: [site.yaml]\n", "base/site.yaml": aSite}, "base/site.yaml"},
		"inline":            {map[string]string{"kustomization.yaml": "generators:\n- |\n  " + strings.ReplaceAll(aSite, "\n", "\n  ") + "\n"}, "kustomization.yaml"},
		"edits of output":   {map[string]string{"kustomization.yaml": "namePrefix: x-\ngenerators: [site.yaml]\n", "site.yaml": aSite}, "site.yaml"},
		"a base that runs":  {map[string]string{"kustomization.yaml": "namePrefix: x-\nresources: [base]\n", "base/kustomization.yaml": "generators: [site.yaml]\n", "base/site.yaml": aSite}, "base/site.yaml"},
		"another's program": {map[string]string{"kustomization.yaml": "generators: [fn.yaml, site.yaml]\n", "site.yaml": aSite, "fn.yaml": aConfig, "fn": "#!/bin/sh\ntouch ran\n"}, "fn.yaml site.yaml"},
		"aliases":           {map[string]string{"kustomization.yaml": "bases: &a [a.yaml]\ngenerators: &b [site.yaml]\nresources: *a\n", "a.yaml": "kind: A\n", "site.yaml": aSite}, "a.yaml site.yaml a.yaml"},
		"from elsewhere":    {map[string]string{"kustomization.yaml": "resources: ['https://example.com/x']\ngenerators: [site.yaml]\n", "site.yaml": aSite}, "site.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, c.files)
			files, err := open(dir)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range files {
				name, err := filepath.Rel(dir, f.Name)
				if err != nil || f.Operand != dir || f.Built {
					t.Errorf("%+v: %v", f, err)
				}
				got = append(got, filepath.ToSlash(name))
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%v, want %s", got, c.want)
			}
			if sites, err := Find(files, ""); len(sites) != 1 || err != nil {
				t.Errorf("%d sites: %v", len(sites), err)
			}
			if _, err := os.Stat(filepath.Join(dir, "ran")); err == nil {
				t.Error("a function was run")
			}
		})
	}
}

// Lines of an inline site are those of the kustomization.
func TestKustomization_InlineLines(t *testing.T) {
	dir := folder(t, map[string]string{"kustomization.yaml": "kind: Kustomization\ngenerators:\n- |\n  " + strings.ReplaceAll(aSite, "\n", "\n  ") + "\n"})
	files, err := open(dir)
	if err != nil {
		t.Fatal(err)
	}
	sites, err := Find(files, "")
	if err != nil || len(sites) != 1 || sites[0].Node.Line != 4 {
		t.Errorf("%v: %+v", err, sites)
	}
}

// What a kustomization edits is built by kustomize, in its directory and with no
// flag that lets it run anything.
func TestKustomization_IsBuilt(t *testing.T) {
	program(t, "echo \"# $PWD $*\"\ncat site.yaml\n")
	for name, files := range map[string]map[string]string{
		"a layer":       {"kustomization.yaml": "generators: [layer]\nlabels: []\n", "layer/kustomization.yaml": patched, "layer/site.yaml": aSite},
		"on its own":    {"kustomization.yaml": patched, "site.yaml": aSite},
		"over ours":     {"kustomization.yaml": "kind: Kustomization\nmetadata: {labels: {app.kubernetes.io/managed-by: athens-kfn}}\n" + patched, "site.yaml": aSite},
		"by a built-in": {"kustomization.yaml": "resources: [site.yaml]\ntransformers: [t.yaml]\n", "site.yaml": aSite, "t.yaml": "apiVersion: builtin\nkind: LabelTransformer\n"},
		"of elsewhere":  {"kustomization.yaml": "resources: [site.yaml, 'https://example.com/x']\n", "site.yaml": aSite},
		"of components": {"kustomization.yaml": "resources: [site.yaml]\ncomponents: [c]\n", "site.yaml": aSite, "c/kustomization.yaml": "kind: Component\n"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, files)
			got, err := open(dir)
			if err != nil || len(got) != 1 || !got[0].Built || got[0].Operand != dir {
				t.Fatalf("%+v, %v", got, err)
			}
			real, err := filepath.EvalSymlinks(filepath.Dir(got[0].Name))
			if err != nil {
				t.Fatal(err)
			}
			if first, _, _ := strings.Cut(string(got[0].Content), "\n"); first != "# "+real+" build ." {
				t.Errorf("%s was run", first)
			}
		})
	}
}

func TestKustomization_RefusesWhatItCannotRead(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"no kustomize":        {map[string]string{"kustomization.yaml": patched, "site.yaml": aSite}, "kustomization.yaml: is built by kustomize, which is not in PATH: install it"},
		"two":                 {map[string]string{"kustomization.yaml": "", "Kustomization": ""}, "Kustomization: is next to kustomization.yaml: remove one"},
		"not YAML":            {map[string]string{"kustomization.yaml": "a: ["}, "kustomization.yaml: line 1: "},
		"repeated keys":       {map[string]string{"kustomization.yaml": "resources: [a]\nresources: [b]\n"}, "kustomization.yaml: line 2: resources: is repeated"},
		"a list":              {map[string]string{"kustomization.yaml": "- a\n"}, "kustomization.yaml: expected one kustomization"},
		"itself":              {map[string]string{"kustomization.yaml": "generators: [./]\n"}, "lists itself"},
		"each other":          {map[string]string{"kustomization.yaml": "generators: [a]\n", "a/kustomization.yaml": "generators: [../]\n"}, "lists itself"},
		"a generator gone":    {map[string]string{"kustomization.yaml": "generators: [a.yaml]\n"}, `kustomization.yaml: line 1: generators has "a.yaml", which is not a file`},
		"an empty folder":     {map[string]string{"kustomization.yaml": "generators: [a]\n", "a/x": ""}, "a directory without a kustomization"},
		"a file above":        {map[string]string{"kustomization.yaml": "generators: [../x.yaml]\n"}, "is not a file or a directory next to it"},
		"a file out of it":    {map[string]string{"a/kustomization.yaml": "generators: [../site.yaml]\n", "site.yaml": aSite, "kustomization.yaml": "generators: [a]\n"}, "site.yaml: "},
		"an absolute path":    {map[string]string{"kustomization.yaml": "generators: [/etc/passwd]\n"}, "is not a file or a directory next to it"},
		"no list":             {map[string]string{"kustomization.yaml": "generators: site.yaml\n", "site.yaml": aSite}, "kustomization.yaml: line 1: generators: expected a list of files and directories"},
		"no name":             {map[string]string{"kustomization.yaml": "resources: [{}]\n"}, "kustomization.yaml: line 1: resources: expected the name of a file or a directory"},
		"a resource gone":     {map[string]string{"kustomization.yaml": "resources: [gone.yaml]\ngenerators: [fn.yaml]\n", "fn.yaml": aConfig}, `resources has "gone.yaml", which is not a file`},
		"a built-in edit":     {map[string]string{"kustomization.yaml": "resources: [site.yaml]\ntransformers: [fn.yaml, t.yaml]\n", "site.yaml": aSite, "fn.yaml": aConfig, "t.yaml": "apiVersion: builtin\nkind: LabelTransformer\n"}, "its transformers may change the site in"},
		"a patch it may need": {map[string]string{"kustomization.yaml": patched + "transformers: [fn.yaml]\n", "site.yaml": aSite, "fn.yaml": aConfig}, "its patches may change the site in"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, c.files)
			if files, err := open(dir); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%+v, %v, want %s", files, err, c.want)
			}
		})
	}
}

// A directory in Git is read as it would be on the disk, from wherever the
// program runs.
func TestGit_ReadsADirectoryAsTheDiskHasIt(t *testing.T) {
	two := strings.ReplaceAll(aSite, "name: a", "name: two")
	dir := folder(t, map[string]string{
		"plain/site.yaml": aSite, "plain/b.yml": two, "plain/in/x.yaml": aSite, "plain/in/deep/er/x.yaml": two, "plain/.y.yaml": "[",
		"list/kustomization.yaml": "generators: [./site.txt]\nresources: [x/y.yaml]\n", "list/site.txt": aSite, "list/b.yaml": two, "list/x/y.yaml": "kind: A\n",
	})
	t.Chdir(dir)
	for _, args := range [][]string{{"init", "-q"}, {"add", "-A"}, {"-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "x"}} {
		if out, err := exec.Command("git", args...).CombinedOutput(); err != nil {
			t.Skipf("git: %v: %s", err, out)
		}
	}
	for _, from := range []string{"plain", ".."} {
		t.Chdir(from)
		for _, name := range []string{"plain", "list"} {
			for _, folders := range []bool{false, true} {
				var read [2]string
				for i, operand := range []string{filepath.Join(dir, name), "HEAD:" + name} {
					files, err := Open(operand, Options{Bounds: Sites, Folders: folders})
					if err != nil {
						t.Fatal(err)
					}
					for _, f := range files {
						rel := strings.TrimPrefix(filepath.ToSlash(f.Name), filepath.ToSlash(operand))
						read[i] += rel + " (" + f.Folder + ")\n" + string(f.Content)
					}
				}
				if read[0] != read[1] || read[0] == "" {
					t.Errorf("from %s, %s, folders %t: on the disk\n%s\nin Git\n%s", from, name, folders, read[0], read[1])
				}
			}
		}
	}
}

func TestKustomization_BoundsTheProgram(t *testing.T) {
	dir := folder(t, map[string]string{"kustomization.yaml": patched, "site.yaml": aSite})
	program(t, "while :; do echo 0123456789012345678901234567890123456789012345678901234567890123456789; done\n")
	if _, err := Open(dir, Options{Bounds: Bounds{Bytes: 1 << 20, Parts: 1 << 20}}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("endless output: %v", err)
	}
	program(t, "echo 'Error: first' >&2\nhead -c 10000000 /dev/zero >&2\nexit 1\n")
	if _, err := open(dir); err == nil || !strings.HasSuffix(err.Error(), "kustomization.yaml: kustomize: first") {
		t.Errorf("a failure: %v", err)
	}
	before := childTime
	defer func() { childTime = before }()
	childTime = 100 * time.Millisecond
	program(t, "sleep 100\n") // which outlives the shell
	if _, err := open(dir); err == nil || !strings.HasSuffix(err.Error(), "kustomization.yaml: kustomize did not end within 100ms") {
		t.Errorf("a slow one: %v", err)
	}
	childTime = before
	program(t, "sleep 100 &\ncat site.yaml\n")
	if _, err := open(dir); err == nil || !strings.Contains(err.Error(), "kustomize left a program behind") {
		t.Errorf("one that leaves a program behind: %v", err)
	}
	said := beginning{most: 64 << 10}
	if n, err := io.Copy(&said, io.LimitReader(zeros{}, 10<<20)); n != 10<<20 || err != nil {
		t.Fatal(n, err)
	}
	if len(said.kept) != 64<<10 {
		t.Errorf("%d bytes are kept of what it says", len(said.kept))
	}
}

// Next to functions kustomize is not run: what only kustomize could fetch is
// named, not passed over.
func TestKustomization_NamesWhatIsNotRead(t *testing.T) {
	dir := folder(t, map[string]string{
		"kustomization.yaml": "resources:\n- https://example.com/a//b?ref=v1\n- ../nothing\ngenerators: [site.yaml]\n", "site.yaml": aSite,
	})
	var warned []string
	files, err := Open(dir, Options{Bounds: Sites, Warn: func(message string) { warned = append(warned, message) }})
	if err != nil || len(files) != 1 {
		t.Fatalf("%+v, %v", files, err)
	}
	said := strings.Join(warned, "\n")
	if len(warned) != 2 || !strings.Contains(said, `line 2: resources has "https://example.com/a//b?ref=v1", which is not read`) || !strings.Contains(said, `line 3: resources has "../nothing", which is not read`) {
		t.Errorf("%q", warned)
	}
}

// zeros is an endless stream.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// A program called kustomize that lies next to the files is not the
// user's own.
func TestKustomization_RunsNoProgramOfTheDirectory(t *testing.T) {
	dir := folder(t, map[string]string{"kustomization.yaml": patched, "site.yaml": aSite, "kustomize": "#!/bin/sh\ntouch ran\n"})
	t.Chdir(dir)
	for _, path := range []string{".", ""} {
		t.Setenv("PATH", path)
		if _, err := open("."); err == nil {
			t.Errorf("PATH=%s: no error", path)
		}
		if _, err := os.Stat("ran"); err == nil {
			t.Errorf("PATH=%s: it was run", path)
		}
	}
}

// With the real kustomize: it refuses functions that this program did not find.
func TestKustomization_RealKustomize(t *testing.T) {
	bin, err := filepath.Abs("../../.bin")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	if _, err := exec.LookPath("kustomize"); err != nil {
		t.Skip("there is no kustomize: make test installs it")
	}
	for overlay, want := range map[string]string{"westeurope": "region: westeurope", "eastus2": "region: eastus2", "dev": "goproxy.dev.example.com"} {
		files, err := open("../../overlays/" + overlay)
		if err != nil || len(files) != 1 || !strings.Contains(string(files[0].Content), want) {
			t.Errorf("%s: %+v, %v", overlay, files, err)
		}
	}
	dir := folder(t, map[string]string{
		"kustomization.yaml": "namePrefix: x-\nresources: [site.yaml]\ngenerators: [fn.yaml]\n",
		"site.yaml":          aSite, "fn.yaml": aConfig, "fn": "#!/bin/sh\ntouch ran\n",
	})
	r := &Reader{Bounds: Sites}
	if _, err := r.build(&kustomization{dir: dir, file: filepath.Join(dir, "kustomization.yaml")}); err == nil {
		t.Error("kustomize built a kustomization with a function")
	}
	if _, err := os.Stat(filepath.Join(dir, "ran")); err == nil {
		t.Error("kustomize ran a function")
	}
}
