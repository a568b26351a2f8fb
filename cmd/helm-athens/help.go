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
  helm athens import VALUES|- [-f VALUES] [--set KEY=VALUE] [--name NAME] [--namespace NAMESPACE]
                     [--host HOST] [--mesh Sidecar|None]
                                turn values of the chart athens-proxy into a site
                                on stdout, and report on stderr how each was translated;
                                NAMESPACE is by default that of the kubectl context,
                                or athens where that is default; -f and --set may be
                                repeated, and are merged as helm install merges them
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

From the chart athens-proxy:
  helm get values RELEASE -o yaml | helm athens import - --host goproxy.example.com > site.yaml
Each value is translated, to do (a Secret to make), now the default, or without
counterpart. A site that breaks a rule is printed too, with its problems on stderr
and exit code 1; complete it.

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
