// Package outdir keeps the manifests of sites in a directory: a file for each
// object and a kustomization.yaml that lists them, for each cluster. It changes
// what it wrote itself for the same sites, and nothing else.
package outdir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/gomods/athens-kfn/internal/krm"
)

// Cluster is what one folder of a directory holds.
type Cluster struct {
	// Folder is its name; empty for the directory itself.
	Folder string
	// Made are the objects.
	Made []krm.Made
}

// Plan is what will change in a directory.
type Plan struct {
	dir     string
	folders []folder
	gone    []folder
}

// folder is one that the plan writes or removes.
type folder struct {
	// name inside the directory; . is the directory itself.
	name string
	// files to write, kustomization.yaml last.
	files []file
	// stale are names of files that go.
	stale []string
}

// file is one to write.
type file struct {
	name string
	text []byte
	// same says that it is there already.
	same bool
}

// New plans what the objects of clusters make of a directory, and touches
// nothing. Whole are the owners that are rendered in all their regions. What is
// in the way is an error, all of it at once: what this program did not write,
// the files of another site, links.
func New(dir string, clusters []Cluster, whole []string) (*Plan, error) {
	p := &Plan{dir: dir}
	root, err := os.OpenRoot(dir)
	if err == nil {
		defer func() { _ = root.Close() }() // which was only read
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var problems []error
	for _, c := range clusters {
		f := folder{name: filepath.Join(".", c.Folder)}
		if f.files, err = filesOf(c); err != nil {
			return nil, err
		}
		there, err := look(root, dir, f.name)
		problems = append(problems, err, f.place(dir, there, owners(c.Made), whole), f.otherRegion(dir, there, c.Made))
		p.folders = append(p.folders, f)
	}
	if root != nil {
		alone := slices.DeleteFunc(slices.Clone(clusters), func(c Cluster) bool { return c.Folder != "" })
		problems = append(problems, p.others(root, owners(made(alone)), owners(made(clusters)), whole))
	}
	return p, errors.Join(problems...)
}

// place compares what is there with what is to be written: it marks what is the
// same, and finds what goes and what is in the way.
func (f *folder) place(dir string, there []entry, owners, whole []string) error {
	var problems []error
	var strangers []entry
	for _, e := range there {
		at := slices.IndexFunc(f.files, func(made file) bool { return made.name == e.name })
		foreign := e.ours && e.Owner != "" && !slices.Contains(owners, e.Owner)
		// In the folder of a region a site may be gone; in the directory itself
		// its manifests are those of one cluster, which still runs them.
		ended := foreign && f.name != "." && slices.Contains(whole, e.Owner)
		switch {
		case foreign && !ended:
			strangers = append(strangers, e)
		case slices.Contains(alternatives, e.name):
			problems = append(problems, fmt.Errorf("%s: is in the way: kustomize refuses a directory that has it and %s: remove it, or render into another directory and list that in it", filepath.Join(dir, f.name, e.name), kustomization))
		case at >= 0 && e.irregular != "":
			problems = append(problems, fmt.Errorf("%s: is %s: remove it, or render into another directory", filepath.Join(dir, f.name, e.name), e.irregular))
		case at >= 0 && !e.ours:
			problems = append(problems, fmt.Errorf("%s: was not written by this program: move it away, or render into another directory", filepath.Join(dir, f.name, e.name)))
		case at >= 0:
			f.files[at].same = string(e.text) == string(f.files[at].text)
		case e.ours && e.Owner != "":
			f.stale = append(f.stale, e.name)
		}
	}
	return errors.Join(append(problems, f.strangers(dir, strangers))...)
}

// strangers are an error: kustomization.yaml would no longer list the files of
// another site, and GitOps would delete it.
func (f *folder) strangers(dir string, files []entry) error {
	var problems []error
	count := map[string]int{}
	for _, e := range files {
		count[e.Owner]++
	}
	for _, e := range files {
		if n := count[e.Owner]; n > 0 {
			problems = append(problems, fmt.Errorf("%s: holds %d files of the site %s, which is not rendered into it: render into another directory, or both sites together, or delete those files", filepath.Join(dir, f.name), n, e.Owner))
			count[e.Owner] = 0
		}
	}
	return errors.Join(problems...)
}

// otherRegion is an error: the manifests of one region would take the place of
// another one's, and GitOps would delete what only the other cluster runs, as the
// storage that the first region makes for all.
func (f *folder) otherRegion(dir string, there []entry, made []krm.Made) error {
	at := slices.IndexFunc(there, func(e entry) bool { return e.ours && e.Owner == "" })
	if at < 0 {
		return nil
	}
	var problems []error
	for i, m := range made {
		if i > 0 && m.Owner == made[i-1].Owner || !slices.ContainsFunc(there, func(e entry) bool { return e.ours && e.Owner == m.Owner }) {
			continue
		}
		if was := there[at].RegionOf(m.Owner); was != "" && m.Region != "" && was != m.Region {
			problems = append(problems, fmt.Errorf("%s: holds the region %s of the site %s, and %s would replace it: render %s into another directory, or delete %s first if this cluster is now %s",
				filepath.Join(dir, f.name), was, m.Owner, m.Region, m.Region, filepath.Join(dir, f.name, kustomization), m.Region))
		}
	}
	return errors.Join(problems...)
}

// others looks at what the plan does not write: the directory itself, where only
// folders are written, and folders of regions that are gone.
// Single are the sites that are written into the directory itself.
func (p *Plan) others(root *os.Root, single, owners, whole []string) error {
	var problems []error
	if len(single) == 0 {
		there, err := look(root, p.dir, ".")
		problems = append(problems, err)
		if at := slices.IndexFunc(there, func(e entry) bool { return slices.Contains(owners, e.Owner) }); at >= 0 {
			problems = append(problems, fmt.Errorf("%s: holds the manifests of one cluster of the site %s, which gets a folder for each region now: render into another directory, or delete them first", p.dir, there[at].Owner))
		}
	}
	entries, err := fs.ReadDir(root.FS(), ".")
	problems = append(problems, err)
	for _, e := range entries {
		if !e.IsDir() || slices.ContainsFunc(p.folders, func(f folder) bool { return f.name == e.Name() }) {
			continue
		}
		gone, err := lookGone(root, p.dir, e.Name(), single, whole)
		if problems = append(problems, err); gone != nil {
			p.gone = append(p.gone, *gone)
		}
	}
	return errors.Join(problems...)
}

// lookGone is a folder that an earlier run wrote for a region of these sites,
// and that no site has any more; nil for others. It is an error if one of its
// regions is written into the directory itself now, beside it.
func lookGone(root *os.Root, dir, name string, single, whole []string) (*folder, error) {
	there, err := look(root, dir, name)
	f := folder{name: name}
	var strangers []entry
	wrote, ours := false, false
	for _, e := range there {
		switch {
		case !e.ours:
			continue
		case e.Owner == "":
			wrote = wrote || e.Region == name
		case slices.Contains(whole, e.Owner):
			ours = true
		default:
			strangers = append(strangers, e)
		}
		f.stale = append(f.stale, e.name)
	}
	at := slices.IndexFunc(there, func(e entry) bool {
		return e.ours && slices.Contains(single, e.Owner) && !slices.Contains(whole, e.Owner)
	})
	switch {
	case wrote && at >= 0:
		return nil, fmt.Errorf("%s: holds the region %s of the site %s, which would get the files of one region in %s too: render into the folder of that region, or without choosing a region", filepath.Join(dir, name), name, there[at].Owner, dir)
	case !wrote || !ours:
		return nil, nil // not a region's, or of other sites: left alone
	case err != nil:
		return nil, err
	}
	return &f, f.strangers(dir, strangers)
}

func owners(made []krm.Made) (out []string) {
	for _, m := range made {
		if !slices.Contains(out, m.Owner) {
			out = append(out, m.Owner)
		}
	}
	return out
}

func made(clusters []Cluster) (out []krm.Made) {
	for _, c := range clusters {
		out = append(out, c.Made...)
	}
	return out
}
