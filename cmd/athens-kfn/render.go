package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
)

// render prints the manifests of the sites in a file, a directory or stdin.
func (c console) render(args []string) int {
	flags := flag.NewFlagSet("render", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	out := flags.String("o", "", "")
	region := flags.String("region", "", "")
	operands, err := parseFlags(flags, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return c.help()
	case err != nil:
		return c.misuse("%s", err)
	case len(operands) != 1:
		return c.misuse("render takes one FILE, one DIR or -, not %d of them", len(operands))
	}
	list := &krm.ResourceList{}
	if list.Items, err = c.read(operands[0], *region); err != nil {
		return c.fail(err)
	}
	made := render(list)
	c.report(list.Results)
	if list.Results.Failed() {
		return 1
	}
	if *out != "" {
		err = writeDir(*out, made)
	} else {
		err = krm.WriteStream(c.stdout, nodes(made)...)
	}
	if err != nil {
		return c.fail(err)
	}
	return 0
}

func nodes(made []krm.Made) []*yaml.Node {
	out := make([]*yaml.Node, len(made))
	for i, m := range made {
		out[i] = m.Node
	}
	return out
}

// read finds the sites under an operand of the command line, and lets them
// choose a region if one is named.
func (c console) read(operand, region string) ([]*yaml.Node, error) {
	sites, err := c.find(operand)
	if region != "" {
		for _, s := range sites {
			krm.SetRegion(s, region)
		}
	}
	return sites, err
}

func (c console) find(operand string) ([]*yaml.Node, error) {
	if operand == "-" {
		in, err := io.ReadAll(c.stdin)
		if err != nil {
			return nil, err
		}
		sites, err := krm.SitesIn(in)
		if err != nil {
			err = fmt.Errorf("stdin: %w", err)
		}
		return sites, err
	}
	info, err := os.Stat(operand)
	if err != nil {
		return nil, err
	}
	files := []string{operand}
	if info.IsDir() {
		if files, err = manifests(operand); err != nil {
			return nil, err
		}
	}
	return readAll(files, krm.SitesIn)
}

// readAll takes objects out of files, and reports every file that cannot be
// read as YAML.
func readAll(files []string, objectsIn func([]byte) ([]*yaml.Node, error)) (objects []*yaml.Node, err error) {
	var problems []error
	for _, file := range files {
		in, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		found, err := objectsIn(in)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", file, err))
		}
		objects = append(objects, found...)
	}
	return objects, errors.Join(problems...)
}

// manifests are the YAML files of a directory, without its subdirectories, in
// the order of their names.
func manifests(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		ext := filepath.Ext(e.Name())
		if (ext == ".yaml" || ext == ".yml") && !strings.HasPrefix(e.Name(), ".") && !e.IsDir() {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	return files, nil
}

// parseFlags accepts flags before and after operands.
func parseFlags(flags *flag.FlagSet, args []string) (operands []string, err error) {
	for {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		if args = flags.Args(); len(args) == 0 {
			return operands, nil
		}
		operands, args = append(operands, args[0]), args[1:]
	}
}
