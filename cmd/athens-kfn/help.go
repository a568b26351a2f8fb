package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/agnivade/levenshtein"
)

const usage = `athens-kfn turns a short description of a Go module proxy site into every
manifest that it needs: Athens, the list cache lathens, the crawler crathens,
and the Istio mesh around them.

Usage:
  athens-kfn render FILE|DIR|- [-o DIR] [--region NAME]
                                      print manifests, or write them to a directory
  athens-kfn prove FILE|DIR|- [--request 'GET /PATH'] [--as CALLER] [-H HEADER]
                                      say where requests go, and who may send them
  athens-kfn schema [--crd]           print AthensSite's JSON Schema, or its CRD
  athens-kfn argocd generate|parameters|discover
                                      run as an Argo CD plugin, in the working directory
  athens-kfn version                  print the version
  athens-kfn < RESOURCELIST           run as a KRM function (kustomize, kpt)

A site that works, and is safe, is five lines:
  cat > site.yaml <<EOF
  apiVersion: athens.gomods.io/v1alpha1
  kind: AthensSite
  metadata: {name: goproxy, namespace: goproxy}
  spec:
    host: goproxy.example.com
  EOF

Look at it, then apply it:
  athens-kfn render site.yaml
  athens-kfn render site.yaml | kubectl apply -f -

One file per object and a kustomization.yaml, for a Git repository:
  athens-kfn render site.yaml -o manifests
Files of an earlier run that are made no more are removed; files that this
program did not write are never touched.

One region of a site that runs in several:
  athens-kfn render site.yaml --region eastus2

Where does a request go, who answers when that is gone, who may send it?
  athens-kfn prove site.yaml
  athens-kfn prove site.yaml --request 'GET /github.com/%21azure/x/@v/list'
  athens-kfn prove site.yaml --request 'GET /catalog' --as crathens
Callers are client (a go command), internet (past the Front Door), gateway
(another route of the same gateway), lathens, crathens, athens, anyone (another
pod in the mesh) and plain (a pod outside the mesh).

In kustomize, name the file under generators: and give it the annotation
  config.kubernetes.io/function: |
    exec: {path: athens-kfn}
then run
  kustomize build --enable-alpha-plugins --enable-exec .

Two more kinds edit what others made: MeshReferences, after namePrefix and
namespace, and MeshEnrolment; list them under transformers: (docs/transformers.md).

In kpt, name the program in the Kptfile
  pipeline:
    mutators:
    - exec: athens-kfn
      configPath: site.yaml
then run
  kpt fn render --allow-exec

In Argo CD, add the sidecar of deploy/argocd to the repo server. An Application
may then set region, host, athens.version, athens.replicas, lathens.replicas and
mesh.revision as plugin parameters.

Problems are printed one a line, all at once, with the path of the field:
  athens-kfn: error: goproxy/goproxy: spec.host: ...
Then the exit code is 1 and no manifest is printed.
`

// release is set by the linker in released binaries.
var release string

func (c console) help() int {
	fmt.Fprint(c.stdout, usage)
	return 0
}

func (c console) version() int {
	v := release
	if info, ok := debug.ReadBuildInfo(); ok && v == "" {
		v = info.Main.Version
	}
	if v == "" {
		v = "(devel)"
	}
	fmt.Fprintf(c.stdout, "%s %s %s %s/%s\n", program, v, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return 0
}

// unknown reports a command that does not exist, and the nearest that does.
func (c console) unknown(command string) int {
	hint := ": no such command and no such file"
	for _, known := range []string{"render", "prove", "schema", "argocd", "version", "help"} {
		if levenshtein.ComputeDistance(command, known) <= 2 {
			hint += "; did you mean " + known + "?"
			break
		}
	}
	return c.misuse("%s%s", command, hint)
}
