package main

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/urfave/cli/v3"
)

// about is the help's description of the whole program.
const about = `athens-kfn turns a short description of a Go module proxy site into every
manifest that it needs: Athens, the list cache lathens, the crawler crathens,
and the Istio mesh around them. A working, secure site is five lines:

   apiVersion: athens.gomods.io/v1alpha1
   kind: AthensSite
   metadata: {name: goproxy, namespace: goproxy}
   spec:
     host: goproxy.example.com

In kustomize, name the file under generators: and give it the annotation

   config.kubernetes.io/function: |
     exec: {path: athens-kfn}

then run "kustomize build --enable-alpha-plugins --enable-exec ." Two more kinds
edit existing objects: MeshReferences, after namePrefix and namespace, and
MeshEnrolment; list them under transformers: (docs/transformers.md).

In kpt, name the program in the Kptfile, under pipeline:

   mutators:
   - exec: athens-kfn
     configPath: site.yaml

then run "kpt fn render --allow-exec". In Argo CD, add the sidecar of
deploy/argocd to the repo server.

All problems are printed, one a line, with the path of the field. The exit code
is then 1 and no manifest is printed:

   athens-kfn: error: goproxy/goproxy: spec.host: ...`

// release is set by the linker in released binaries.
var release string

func (c console) versionCommand() *cli.Command {
	return &cli.Command{Name: "version", Usage: "print the version", Action: action(func(*cli.Command) int { return c.version() })}
}

func (c console) version() int {
	fmt.Fprintf(c.stdout, "%s %s %s %s/%s\n", program, versionOf(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return 0
}

func versionOf() string {
	v := release
	if info, ok := debug.ReadBuildInfo(); ok && v == "" {
		v = info.Main.Version
	}
	return cmp.Or(v, "(devel)")
}
