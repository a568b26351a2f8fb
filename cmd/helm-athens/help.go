package main

import "fmt"

const usage = `helm athens brings Go module proxy sites (AthensSite files) to Helm.

Usage:
  helm athens template SITE|- [--region NAME]
                                print the site's manifests, as athens-kfn render does
  helm athens package SITE|- [--to DIR] [--region NAME] [--version VERSION]
                                write a chart of the site, <name>-<version>.tgz,
                                into DIR (default .); VERSION is the chart's,
                                default 0.1.0
  helm athens import CHART|FILE|- [-f FILE] [--set KEY=VALUE] [--release NAME]
                     [--name NAME] [--namespace NAMESPACE] [--host HOST]
                     [--mesh Sidecar|None] [--workload WORKLOAD] [--plan] [-v]
                                turn a release with Athens into a site on stdout, and
                                report on stderr what became of each part of it
  helm athens post-render [--accept-cut] SITE < MANIFESTS
                                put a release of the chart athens-proxy into the
                                mesh, with lathens and crathens around it;
                                refuses to take away what reaches the release
                                today, unless --accept-cut is there

A chart and its release:
  helm athens package site.yaml --to charts
  helm install goproxy charts/goproxy-0.1.0.tgz
The objects are in the namespace that the site file names, which the chart
creates. Its values are host, and the image, replicas and resources of each
program. To change anything else, edit the site file and package it again.

From a release with Athens:
  helm get all athens -n athens | helm athens import --release athens > site.yaml
  helm athens import values.yaml --host goproxy.example.com > site.yaml
  helm athens import platform-1.2.3.tgz -f values.yaml > site.yaml
CHART is a directory or an archive, also of a chart that has Athens in a chart of its
own. Without it, the templates of athens-proxy as this program knows them are rendered.
FILE is one of these; -f names more, -f and --set are merged as helm install merges them:
  values               also those under the key of a chart in another chart
  HelmRelease          of Flux
  Application          of Argo CD
  *.tf                 with resources helm_release, whose values are literals
  terraform show -json of a state or a plan
  helm get all         what runs; --release names it
  manifests            as athens-kfn import reads them
--release is the name of a release that the files do not name, athens by default;
--namespace its namespace, by default that of the kubectl context, or athens where that
is default. --name, --host, --mesh, --workload, --plan and -v are those of athens-kfn
import, and so are the report and the exit code: see athens-kfn import --help. What
Terraform computes, and values in other files, are reported as left out: pass them with
-f or --set.

Keep an athens-proxy release and put it into the mesh (Helm 3, then Helm 4):
  helm upgrade athens CHART -n goproxy --post-renderer PLUGIN/bin/helm-athens \
    --post-renderer-args post-render --post-renderer-args site.yaml
  helm upgrade athens CHART -n goproxy --post-renderer athens-post-render \
    --post-renderer-args site.yaml
The chart then deploys Athens with its own values; spec.athens still sets what
Athens may reach. Label the namespace for injection yourself. Each client that the
site would cut off is an error, and so is a storage, a lock, a host or a version
that the site has differently. A setting that cannot be judged is unknown, with
exit code 3. Move the clients, then add --post-renderer-args --accept-cut.

All problems are printed, one a line, with the path of the field. The exit code is
then 1, and template, package and post-render write nothing.
`

func (c console) help() int {
	fmt.Fprint(c.stdout, usage)
	return 0
}
