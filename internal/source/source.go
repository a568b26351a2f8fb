// Package source opens what an operand of a command line names: a file, a
// directory, a kustomization, a file or directory in Git, or stdin. Out come
// files, and the sites in them with their origin. All of it may come from a
// repository that others write to: what is read has a bound, a directory gives
// only regular files of its own, and no function of a kustomization is run.
package source

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
)

// Stdin is the operand that means standard input, and StdinName what messages
// call it.
const (
	Stdin     = "-"
	StdinName = "stdin"
)

// Here is the operand of a command line that names none.
const Here = "."

// File is one that was read.
type File struct {
	// Name is its path, for messages. What kustomize built has the path of the
	// kustomization.
	Name    string
	Content []byte
	// Operand is what a command line names to read the file again.
	Operand string
	// Folder is the directory in the operand that the file is below, which holds one
	// region of rendered manifests; empty for none.
	Folder string
	// Built says that kustomize made the content, so that its lines are of no
	// file.
	Built bool

	// config says that the file configures a function of a kustomization.
	config bool
}

// Options of Open.
type Options struct {
	Bounds Bounds
	// Stdin is read for the operand that means it.
	Stdin io.Reader
	// Folders says that the directories in a directory are read too.
	Folders bool
	// Warn is told what a kustomization lists and this program does not read; nil
	// to drop it.
	Warn func(message string)
}

// Open reads an operand: a file, the YAML files of a directory or what its
// kustomization lists or builds, stdin or, where no such file is, REF:PATH in
// Git.
func Open(operand string, o Options) ([]File, error) {
	r := &Reader{Bounds: o.Bounds, Warn: o.Warn}
	if operand == Stdin {
		in, err := r.All(o.Stdin)
		if err != nil {
			return nil, named(StdinName, err)
		}
		return []File{{Name: StdinName, Content: in, Operand: Stdin}}, nil
	}
	info, err := os.Stat(operand)
	switch {
	case err != nil && strings.Contains(operand, ":"):
		return r.git(operand, o.Folders)
	case err != nil:
		return nil, err
	case !info.IsDir():
		in, err := r.File(operand)
		return []File{{Name: operand, Content: in, Operand: operand}}, err
	}
	files, own, err := r.directory(operand)
	if err != nil || !o.Folders || !own {
		return files, err
	}
	folders, err := Folders(operand)
	for _, name := range folders {
		inside, err := r.below(filepath.Join(operand, name), 1)
		if err != nil {
			return nil, err
		}
		for _, f := range inside {
			f.Folder = name
			files = append(files, f)
		}
	}
	return files, err
}

// MaxFolders is how deep folders are read.
const MaxFolders = 8

// below reads a directory and those in it. One with a kustomization says itself what
// is in it.
func (r *Reader) below(dir string, depth int) ([]File, error) {
	if depth > MaxFolders {
		return nil, named(dir, tooLarge(fmt.Sprintf("is a folder inside %d others, and at most so many are read: name it alone", MaxFolders)))
	}
	files, own, err := r.directory(dir)
	if err != nil || !own {
		return files, err
	}
	folders, err := Folders(dir)
	for _, name := range folders {
		inside, err := r.below(filepath.Join(dir, name), depth+1)
		if err != nil {
			return nil, err
		}
		files = append(files, inside...)
	}
	return files, err
}

// directory reads one directory. Where it has a kustomization, this says what is
// in it, unless it is the list of a directory that render wrote (own), as is a
// directory without one.
func (r *Reader) directory(dir string) (files []File, own bool, err error) {
	k, err := r.kustomization(dir)
	switch {
	case err != nil:
		return nil, false, err
	case k != nil && !k.ours:
		files, err = r.listed(k, map[string]bool{})
		for i := range files {
			files[i].Operand = dir
		}
		return files, false, err
	}
	files, err = r.Dir(dir, IsYAML)
	for i := range files {
		files[i].Operand = files[i].Name
	}
	return files, true, err
}

// Site is an AthensSite that was read.
type Site struct {
	Node *yaml.Node
	// File that it is written in, or the kustomization that builds it.
	File File
}

// Find finds the AthensSites in files, each with a region chosen if one is
// named. One that is the same as another is left out. The errors name the file
// and, where there is one, the line.
func Find(files []File, region string) (sites []Site, err error) {
	var problems []error
	given := krm.Given{}
	for _, f := range files {
		nodes, err := krm.SitesIn(f.Content)
		if err != nil {
			problems = append(problems, named(f.Name, err))
		}
		for _, node := range nodes {
			if given.Again(node) {
				continue
			}
			if region != "" {
				node = krm.InRegion(node, region)
			}
			sites = append(sites, Site{node, f})
		}
	}
	return sites, errors.Join(problems...)
}

// ListOf is a list of sites, for loading them.
func ListOf(sites []Site) *krm.ResourceList {
	list := &krm.ResourceList{}
	for _, s := range sites {
		list.Items = append(list.Items, s.Node)
	}
	return list
}

// Place adds the file and the line to results about repeated keys of sites: they
// are about the text, which the path of a field cannot tell apart.
func Place(results krm.Results, sites []Site) {
	for i := range results {
		r := &results[i]
		for _, s := range sites {
			if s.Node != r.Object || r.Field == "" || s.File.Built {
				continue
			}
			for _, p := range krm.Repeated(s.Node) {
				line, what, _ := strings.Cut(p.Error(), ": ")
				if message, is := strings.CutPrefix(what, r.Field+": "); is {
					*r = krm.Result{Severity: r.Severity, Message: fmt.Sprintf("%s: %s: %s: %s: %s", s.File.Name, line, krm.IDOf(s.Node), r.Field, message)}
					break
				}
			}
		}
	}
}
