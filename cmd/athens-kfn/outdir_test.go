package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// other is a site that is not the one of fiveLines.
var other = strings.ReplaceAll(fiveLines, "goproxy", "other")

// into renders sites into a directory, and returns the lines that say what was
// done.
func into(t *testing.T, dir, sites string, more ...string) string {
	t.Helper()
	code, stdout, stderr := runWith(append([]string{"render", "-", "--to", dir}, more...), sites)
	if code != 0 || stdout != "" {
		t.Fatalf("exit code %d, stdout %q, stderr %s", code, stdout, stderr)
	}
	return strings.ReplaceAll(stderr, dir, "DIR")
}

// refused renders sites into a directory in which something is in the way: it
// says what, and touches nothing.
func refused(t *testing.T, dir, sites, want string, more ...string) {
	t.Helper()
	before := filesIn(t, dir)
	code, stdout, stderr := runWith(append([]string{"render", "-", "--to", dir}, more...), sites)
	if code != 1 || stdout != "" || !strings.Contains(strings.ReplaceAll(stderr, dir, "DIR"), want) {
		t.Errorf("exit code %d, stdout %q, stderr (want %q): %s", code, stdout, want, stderr)
	}
	if diff := cmp.Diff(before, filesIn(t, dir)); diff != "" {
		t.Errorf("the directory changed all the same:\n%s", diff)
	}
}

func TestRenderSaysWhatItDid(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "manifests")
	first := into(t, dir, fiveLines)
	n := len(filesIn(t, dir))
	for step, c := range []struct{ got, want string }{
		{first, fmt.Sprintf("athens-kfn: DIR: wrote %d files, left 0 as they were, removed 0\n", n)},
		{into(t, dir, fiveLines), fmt.Sprintf("athens-kfn: DIR: wrote 0 files, left %d as they were, removed 0\n", n)},
		{into(t, dir, fiveLines+"  crathens: {enabled: false}\n"), fmt.Sprintf("removed %d\n", n-len(filesIn(t, dir)))},
	} {
		if !strings.Contains(c.got, c.want) || strings.Count(c.got, "\n") != 1 {
			t.Errorf("step %d: %q, want %q", step, c.got, c.want)
		}
	}
}

// Files of another site are not replaced: GitOps would delete what it runs.
func TestRenderLeavesOtherSitesAlone(t *testing.T) {
	dir := t.TempDir()
	into(t, dir, fiveLines)
	n := len(filesIn(t, dir)) - 1
	refused(t, dir, other, fmt.Sprintf("DIR: holds %d files of the site goproxy.goproxy, which is not rendered into it", n))

	// Without the list of the files they are still those of the other site.
	if err := os.Remove(filepath.Join(dir, "kustomization.yaml")); err != nil {
		t.Fatal(err)
	}
	refused(t, dir, other, "of the site goproxy.goproxy")

	into(t, dir, fiveLines+"---\n"+other)
	refused(t, dir, fiveLines, "of the site other.other")
	into(t, dir, other+"---\n"+fiveLines)
}

func TestRenderRegionsLeaveOtherSitesAlone(t *testing.T) {
	dir := t.TempDir()
	into(t, dir, twoRegions)
	otherRegions := strings.ReplaceAll(strings.ReplaceAll(twoRegions, "goproxy", "other"), "east.example.com", "other-east.example.com")
	refused(t, dir, otherRegions, "DIR/east: holds")

	// A region that only the other site has is not a region that is gone.
	south := strings.ReplaceAll(otherRegions, "west", "south")
	refused(t, dir, south, "DIR/east: holds")
	into(t, dir, strings.ReplaceAll(south, "{name: east", "{name: north"))
	if folders := inside(t, dir); folders != "east north south west" {
		t.Errorf("the folders are %s", folders)
	}

	// A folder of two sites cannot go for one of them.
	both := filepath.Join(t.TempDir(), "both")
	into(t, both, twoRegions+"---\n"+otherRegions)
	one := strings.Replace(twoRegions, "  - {name: west}\n", "", 1)
	refused(t, both, one, "DIR/west: holds")
	into(t, both, one+"---\n"+otherRegions)
	if _, there := filesIn(t, both)["west/deployment_goproxy-athens.yaml"]; there {
		t.Error("the files of a site that left a region that another one has are still there")
	}
}

func TestRenderRemovesFoldersOfGoneRegions(t *testing.T) {
	for name, c := range map[string]struct {
		sites, want string
		folders     string
	}{
		"one is gone":  {strings.Replace(twoRegions, "  - {name: west}\n", "", 1), "athens-kfn: DIR/west: removed 29 files, because no site has this region\n", "copy east mine"},
		"all are gone": {fiveLines, "athens-kfn: DIR/east: removed", "copy mine"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			into(t, dir, twoRegions)
			// What looks like a region's folder, and is none that render --to made here.
			into(t, filepath.Join(dir, "copy"), twoRegions, "--region", "west")
			write(t, dir, map[string]string{"mine/deployment_goproxy-athens.yaml": "kind: Mine\n"})
			said := into(t, dir, c.sites)
			if !strings.Contains(said, c.want) {
				t.Errorf("said %q, want %q", said, c.want)
			}
			if folders := inside(t, dir); folders != c.folders {
				t.Errorf("the folders are %s, want %s", folders, c.folders)
			}
		})
	}

	dir := t.TempDir()
	into(t, dir, twoRegions)
	write(t, dir, map[string]string{"west/mine.yaml": "kind: Mine\n"})
	said := into(t, dir, strings.Replace(twoRegions, "  - {name: west}\n", "", 1))
	if rest := inside(t, filepath.Join(dir, "west")); rest != "mine.yaml" || !strings.Contains(said, "; what else is in it stays\n") {
		t.Errorf("in the folder of a region that is gone there is %q, and it said %s", rest, said)
	}
}

// A site of one cluster that gets regions has to be moved by hand: its cluster
// still runs what is in the directory.
func TestRenderRegionsOverOneCluster(t *testing.T) {
	dir := t.TempDir()
	into(t, dir, fiveLines)
	refused(t, dir, twoRegions, "DIR: holds the manifests of one cluster of the site goproxy.goproxy")
}

// GitOps would delete what only the other region runs.
func TestRenderLeavesOtherRegionsAlone(t *testing.T) {
	const east, west = "  region: east\n", "  region: west\n"
	in := func(region, sites string) string { return strings.ReplaceAll(sites, "spec:\n", "spec:\n"+region) }
	second := strings.ReplaceAll(strings.ReplaceAll(twoRegions, "goproxy", "other"), "east.example.com", "other-east.example.com")
	for name, c := range map[string]struct {
		before, after, want string
		region              string // of the flags
	}{
		"by the flag":     {in(east, twoRegions), twoRegions, "DIR: holds the region east of the site goproxy.goproxy, and west would replace it: render west into another directory, or delete DIR/kustomization.yaml first if this cluster is now west", "west"},
		"by the file":     {in(east, twoRegions), in(west, twoRegions), "DIR: holds the region east of", ""},
		"one of two":      {in(east, twoRegions) + "---\n" + in(west, second), in(east, twoRegions+"---\n"+second), "DIR: holds the region west of the site other.other, and east", ""},
		"beside folders":  {twoRegions, twoRegions, "DIR/east: holds the region east of the site goproxy.goproxy, which would get the files of one region in DIR too: ", "west"},
		"beside a folder": {twoRegions, in(east, twoRegions), "DIR/west: holds the region west of", ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			into(t, dir, c.before)
			more := []string(nil)
			if c.region != "" {
				more = []string{"--region", c.region}
			}
			refused(t, dir, c.after, c.want, more...)
		})
	}

	// A region into its own folder is what that folder is for; another is not.
	dir := t.TempDir()
	into(t, dir, twoRegions)
	into(t, filepath.Join(dir, "east"), twoRegions, "--region", "east")
	refused(t, filepath.Join(dir, "east"), twoRegions, "holds the region east", "--region", "west")

	// A second site may come, of whatever region.
	dir = t.TempDir()
	into(t, dir, in(east, twoRegions))
	into(t, dir, in(east, twoRegions)+"---\n"+in(west, second))
	into(t, dir, in(east, twoRegions)+"---\n"+in(west, second))
	if err := os.Remove(filepath.Join(dir, "kustomization.yaml")); err != nil {
		t.Fatal(err)
	}
	into(t, dir, in(west, twoRegions)+"---\n"+in(west, second)) // as the message says
}

// Kustomize reads one of three names, and refuses two.
func TestRenderRefusesASecondKustomization(t *testing.T) {
	for _, name := range []string{"kustomization.yml", "Kustomization"} {
		for folder, sites := range map[string]string{"": fiveLines, "east/": twoRegions} {
			dir := t.TempDir()
			write(t, dir, map[string]string{folder + name: "resources: [mine.yaml]\n"})
			refused(t, dir, sites, "DIR/"+folder+name+": is in the way")
		}
		dir := t.TempDir()
		write(t, dir, map[string]string{name: "resources: [east, west]\n"})
		into(t, dir, twoRegions) // which writes no kustomization.yaml beside it
	}
}

// What is not a file of this program is never read, written or removed through.
func TestRenderFollowsNoLink(t *testing.T) {
	const deployment = "deployment_goproxy-athens.yaml"
	for name, c := range map[string]struct {
		put  func(t *testing.T, dir, outside string) error
		want string
	}{
		"a link out for a file": {func(_ *testing.T, dir, outside string) error {
			return os.Symlink(filepath.Join(outside, "file"), filepath.Join(dir, "east", deployment))
		}, "DIR/east/" + deployment + ": is a link: remove it"},
		"a link inside for a file": {func(_ *testing.T, dir, _ string) error {
			return os.Symlink("../west/"+deployment, filepath.Join(dir, "east", deployment))
		}, "is a link: remove it"},
		"a link to nothing": {func(_ *testing.T, dir, outside string) error {
			return os.Symlink(filepath.Join(outside, "nothing"), filepath.Join(dir, "east", "kustomization.yaml"))
		}, "DIR/east/kustomization.yaml: is a link"},
		"a link out for a folder": {func(_ *testing.T, dir, outside string) error {
			return os.Symlink(outside, filepath.Join(dir, "west"))
		}, "DIR/west: is a link, not a directory"},
		"a link inside for a folder": {func(_ *testing.T, dir, _ string) error {
			return os.Symlink("east", filepath.Join(dir, "west"))
		}, "DIR/west: is a link, not a directory"},
		"a file for a folder": {func(t *testing.T, dir, _ string) error {
			write(t, dir, map[string]string{"west": "mine\n"})
			return nil
		}, "DIR/west: is a file, not a directory"},
		"a directory for a file": {func(_ *testing.T, dir, _ string) error {
			return os.Mkdir(filepath.Join(dir, "east", deployment), 0o755)
		}, "is a directory: remove it"},
		"a pipe for a file": {func(t *testing.T, dir, _ string) error {
			return pipe(t, filepath.Join(dir, "east", deployment))
		}, "is a pipe: remove it"},
		"a file of the user's own": {func(t *testing.T, dir, _ string) error {
			write(t, dir, map[string]string{"east/kustomization.yaml": "resources: [mine.yaml]\n"})
			return nil
		}, "DIR/east/kustomization.yaml: was not written by this program"},
		"a file that is not YAML": {func(t *testing.T, dir, _ string) error {
			write(t, dir, map[string]string{"east/" + deployment: "a: [\n"})
			return nil
		}, "was not written by this program"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, outside := t.TempDir(), t.TempDir()
			write(t, outside, map[string]string{"file": "outside\n", deployment: "outside\n"})
			if err := os.MkdirAll(filepath.Join(dir, "east"), 0o755); err != nil {
				t.Fatal(err)
			}
			before := filesIn(t, outside)
			if err := c.put(t, dir, outside); err != nil {
				t.Fatal(err)
			}
			code, _, stderr := runWith([]string{"render", "-", "--to", dir}, twoRegions)
			if code != 1 || !strings.Contains(strings.ReplaceAll(stderr, dir, "DIR"), c.want) {
				t.Errorf("exit code %d, want %q: %s", code, c.want, stderr)
			}
			if exists(filepath.Join(dir, "east/service_goproxy-athens.yaml")) {
				t.Error("something was written all the same")
			}
			if diff := cmp.Diff(before, filesIn(t, outside)); diff != "" {
				t.Errorf("what a link points to changed:\n%s", diff)
			}
		})
	}

	// A link that is not in the way stays, also in a folder that goes.
	dir, outside := t.TempDir(), t.TempDir()
	into(t, dir, twoRegions)
	write(t, outside, map[string]string{"service_old.yaml": readFile(t, dir, "west/service_goproxy-athens.yaml")})
	for _, at := range []string{"west", "east"} {
		if err := os.Symlink(filepath.Join(outside, "service_old.yaml"), filepath.Join(dir, at, "service_old.yaml")); err != nil {
			t.Fatal(err)
		}
	}
	into(t, dir, strings.Replace(twoRegions, "  - {name: west}\n", "", 1))
	if inside(t, filepath.Join(dir, "west")) != "service_old.yaml" || !exists(filepath.Join(outside, "service_old.yaml")) {
		t.Error("a link was removed, or followed")
	}
}

// A file that has our labels and another name is a copy that a person made.
func TestRenderLeavesCopiesAlone(t *testing.T) {
	dir := t.TempDir()
	into(t, dir, fiveLines)
	write(t, dir, map[string]string{"mine.yaml": readFile(t, dir, "service_goproxy-athens.yaml")})
	into(t, dir, fiveLines)
	if !exists(filepath.Join(dir, "mine.yaml")) {
		t.Error("a copy is gone")
	}
}

// The names of a site's files are its objects', each once: nothing hides
// another object.
func TestRenderNamesEachObject(t *testing.T) {
	for _, g := range goldens(t) {
		code, stdout, _ := g.run()
		if code != 0 || g.isList() {
			continue
		}
		dir := t.TempDir()
		into(t, dir, g.in)
		if files, objects := filesIn(t, dir), objectsOf(t, stdout); len(files) != len(objects)+1 {
			t.Errorf("%s: %d files for %d objects: %q", g.name, len(files), len(objects), slices.Sorted(maps.Keys(files)))
		}
	}
}

// inside is what is in a directory.
func inside(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		if e.IsDir() || filepath.Base(dir) == "west" {
			out = append(out, e.Name())
		}
	}
	return strings.Join(out, " ")
}
