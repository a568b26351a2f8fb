package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/manifests"
	"github.com/gomods/athens-kfn/internal/prove"
	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// manifestsFlag names manifests that are judged as they are.
func manifestsFlag() cli.Flag {
	return &cli.StringFlag{Name: "manifests", Usage: "judge the manifests in `FILE`, a directory or - for stdin: rendered, patched, or from kubectl get -o yaml", TakesFile: true}
}

// given are the files that --manifests names; nil without it.
func (c console) given(cmd *cli.Command) (given *input, code int) {
	operand := cmd.String("manifests")
	if operand == "" {
		return nil, 0
	}
	if args := cmd.Args().Slice(); operand == source.Stdin && (cmd.String("f") == source.Stdin || len(args) > 0 && args[len(args)-1] == source.Stdin) {
		return nil, c.misuse(cmd, "only one of --manifests and the site can be stdin")
	}
	files, err := source.Open(operand, source.Options{Bounds: source.Manifests, Stdin: c.stdin, Folders: true, Warn: c.warn})
	if err != nil {
		return nil, c.fail(err)
	}
	return &input{operand: operand, region: cmd.String("region"), files: files}, 0
}

// world is a site that requests are followed through.
type world struct {
	world *prove.World
	// meshed says that its objects are in a mesh, manifests that they were read.
	meshed, manifests bool
	// subject is the site with its spec and its objects; nil without a spec.
	subject *manifests.Subject
}

// inMesh says whether a mesh decides where the requests of the site go.
func (w *world) inMesh() bool { return generators.Meshed(w.world.Site()) && w.meshed }

// subjects are the sites that a command line names, with the objects that they
// render to, or those of manifests.
func (c console) subjects(cmd *cli.Command) (in input, out []*manifests.Subject, code int) {
	in, worlds, code := c.worlds(cmd)
	for _, w := range worlds {
		if w.subject == nil {
			return in, nil, c.fail(fmt.Errorf("%s: %s needs the AthensSite of these manifests too: add -f FILE", w.world.Owner(), cmd.Name))
		}
		out = append(out, w.subject)
	}
	return in, out, code
}

// notKnown reports what is not known, and is the exit code for it.
func (c console) notKnown(why []string) int {
	if len(why) == 0 {
		return 0
	}
	for _, reason := range why {
		c.warn("not known: " + reason)
	}
	return notJudged
}

// worlds are the sites that a command line names: specs, or those of manifests. A
// spec next to manifests is the site of their objects.
func (c console) worlds(cmd *cli.Command) (in input, out []world, code int) {
	given, code := c.given(cmd)
	if code != 0 {
		return in, nil, code
	}
	var sites []*v1alpha1.AthensSite
	if given == nil || c.named(cmd) {
		if in, sites, code = c.oneCluster(cmd, cmd.Args().Slice()...); code != 0 {
			return in, nil, code
		}
		if given == nil {
			c.halves(in.files)
		}
	}
	if given == nil {
		for _, s := range sites {
			of := manifests.Rendered(s)
			out = append(out, world{of.World, true, false, of})
		}
		return in, out, 0
	}
	if !c.named(cmd) {
		in = *given
	}
	out, code = c.fromManifests(given, sites)
	return in, out, code
}

// fromManifests are the sites of manifests, with the specs that are among them or
// next to them.
func (c console) fromManifests(given *input, sites []*v1alpha1.AthensSite) (out []world, code int) {
	sets := manifests.Clusters(given.files, given.region)
	if len(sets) > 1 && len(sites) > 0 {
		return nil, c.fail(fmt.Errorf("%s: has the folders of several regions, and a spec is read as one of them has it: add --region NAME", given.operand))
	}
	var unread []string
	for _, set := range sets {
		for i := range set.Unread {
			unread = append(unread, set.Unread[i].Text())
		}
		own, err := set.Own()
		if err != nil {
			return nil, c.fail(fmt.Errorf("%s: %w", given.operand, err))
		}
		specs := append(own, sites...)
		for _, s := range set.Sites() {
			w := world{s.World, s.Meshed(), true, nil}
			for _, spec := range specs {
				if generators.Owner(spec) == s.Owner {
					w.subject = s.Subject(spec, given.operand)
					w.world = w.subject.World
				}
			}
			out = append(out, w)
		}
	}
	if len(out) == 0 {
		c.notKnown(unread)
		return nil, c.fail(fmt.Errorf("%s: %w", given.operand, manifests.ErrNoSite))
	}
	for _, s := range sites {
		if !c.has(out, s) {
			code = c.fail(fmt.Errorf("%s: no object of AthensSite %s/%s is in it: name the spec of %s", given.operand, s.Namespace, s.Name, owners(out)))
		}
	}
	if code != 0 {
		return nil, code // an answer about them would look like one about the spec
	}
	return out, 0
}

// owners are the sites as NAMESPACE/NAME.
func owners(worlds []world) string {
	var names []string
	for _, w := range worlds {
		names = append(names, strings.Replace(w.world.Owner(), ".", "/", 1))
	}
	return quote.Text(strings.Join(names, ", "))
}

func (console) has(worlds []world, site *v1alpha1.AthensSite) bool {
	for _, w := range worlds {
		if w.world.Owner() == generators.Owner(site) {
			return true
		}
	}
	return false
}

// named says whether a command line names a site, next to --manifests.
func (c console) named(cmd *cli.Command) bool { return cmd.NArg() > 0 || cmd.IsSet("f") }

// halves warns of manifests in the files of a spec, which a command that reads specs
// passes over. They are not read by half silently.
func (c console) halves(files []source.File) {
	for _, f := range files {
		sites, err := krm.SitesIn(f.Content) // error dropped: what reads the spec reports it
		if err != nil || len(sites) == 0 {
			continue
		}
		objects, err := krm.ObjectsIn(f.Content) // error dropped: what reads the spec reports it
		if err == nil && len(objects) > 0 {
			c.warn(fmt.Sprintf("%s: the %d manifests next to the AthensSite are not read: name them with --manifests %s", f.Name, len(objects), f.Operand))
		}
	}
}
