// Package releases is what the releases of Athens, Istio and Kubernetes read,
// can and need: the versions that a site asks of its cluster, the features that
// depend on a version, and Athens' settings. Messages and pages take their
// versions from here; a test finds those that are written anywhere else.
package releases

import (
	"strings"

	"golang.org/x/mod/semver"
)

// Athens' releases have a leading v, as its tags do.
const (
	// AthensOldest is the oldest release whose settings are known.
	AthensOldest = "v0.16.0"
	// AthensNewest is the release that a site gets by default: the newest that all
	// tests run.
	AthensNewest = "v0.18.0"
	// AthensLater is the newest release whose source was read: the first with
	// OpenTelemetry. What it reads counts as part of every later release, of which
	// v0.19.2 (1 October 2026, run by version 0.17.2 of the chart athens-proxy) is
	// known by its number alone: neither its source nor its notes could be had.
	AthensLater = "v0.18.1"
)

// What a cluster needs, and what the site was tried on. Versions of a cluster
// have no leading v and no patch.
const (
	// KubernetesOldest that a site may run on: KubernetesNeeds says why.
	KubernetesOldest = "1.30"
	// KubernetesNewest that test/conformance has tried.
	KubernetesNewest = "1.37"
	// IstioOldest that a site is promised for. The newest field that it writes,
	// RetryIgnorePreviousHosts, came with 1.26: what is older drops it. Nothing
	// that is written needs 1.27 itself.
	IstioOldest = "1.27"
	// IstioNewest that test/mesh has tried, and whose API the generators and
	// the transformers' table were read in.
	IstioNewest = "1.31"
	// GatewayAPINewest is the release of the Gateway API that the transformers'
	// table was read in. A site itself needs none.
	GatewayAPINewest = "1.6"
)

// Feature is something that depends on the version of a program.
type Feature int

const (
	// StashTimeout of Athens ends a store that takes too long.
	StashTimeout Feature = iota
	// FetchMetrics of Athens count cache lookups, and fetches with their time.
	FetchMetrics
	// OpenCensus in Athens counts requests and their time, and sends traces to
	// Jaeger. Later releases have OpenTelemetry: other names, OTLP only.
	OpenCensus
	// GoAuth is the variable GOAUTH of Go 1.24 and later: the go command asks git
	// for the credentials of a server.
	GoAuth

	// RedisURLPassword of Athens counts a password beside a redis:// URL without
	// one.
	RedisURLPassword
	// RedisCluster of Athens locks in a Redis Cluster.
	RedisCluster
	// RedisSentinelDB of Athens is the database of a server behind sentinels.
	RedisSentinelDB

	// IstioV1 is networking.istio.io/v1, security.istio.io/v1 and
	// telemetry.istio.io/v1.
	IstioV1
	// NativeSidecarAnnotation is sidecar.istio.io/nativeSidecar of a pod: without
	// it a Job of crathens never ends.
	NativeSidecarAnnotation
	// RetryIgnorePreviousHosts is that field of a VirtualService's retries:
	// without it a retry may go to the pod that just failed.
	RetryIgnorePreviousHosts

	// SidecarContainers of Kubernetes are what native sidecars are made of.
	SidecarContainers
	// SleepAction is lifecycle.preStop.sleep: images without a shell wait.
	SleepAction
	// ContainerResourceMetric scales by the CPU of one container.
	ContainerResourceMetric
	// ValidatingAdmissionPolicy guards a gateway that sites share.
	ValidatingAdmissionPolicy
)

// features say in which releases a feature is: from since on, and before until,
// which is empty while it lasts. Athens' were read in its source. Istio's are
// from its release notes, Kubernetes' from its feature gates (on by default).
var features = [...]struct{ since, until string }{
	StashTimeout: {since: v017},
	FetchMetrics: {since: v017},
	OpenCensus:   {since: AthensOldest, until: AthensLater},
	GoAuth:       {since: v017}, // Go 1.26.2, after 1.23.5 (cmd/proxy/Dockerfile)

	RedisURLPassword: {since: v017},
	RedisCluster:     {since: v018},
	RedisSentinelDB:  {since: v018},

	IstioV1:                  {since: "1.22"},
	NativeSidecarAnnotation:  {since: "1.24"},
	RetryIgnorePreviousHosts: {since: "1.26"},

	SidecarContainers:         {since: "1.29"},
	SleepAction:               {since: "1.30"},
	ContainerResourceMetric:   {since: "1.30"},
	ValidatingAdmissionPolicy: {since: "1.30"},
}

// Releases of Athens that changed something.
const (
	v017 = "v0.17.0"
	v018 = "v0.18.0"
)

// Athens are the releases at which something changes, oldest first.
var Athens = [...]string{AthensOldest, v017, v018, AthensLater}

// IstioNeeds are the features of Istio that every site with a mesh uses.
var IstioNeeds = [...]Feature{IstioV1, NativeSidecarAnnotation, RetryIgnorePreviousHosts}

// KubernetesNeeds are the features of Kubernetes that sites use, all but the last
// in each of them.
var KubernetesNeeds = [...]Feature{SidecarContainers, SleepAction, ContainerResourceMetric}

// Has says whether a version of a feature's program has it: v0.17.0 of Athens,
// 1.27 or 1.27.3 of Istio and Kubernetes. What is no version has no feature.
func Has(version string, f Feature) bool {
	is := features[f]
	v := canonical(version)
	return semver.IsValid(v) && semver.Compare(v, canonical(is.since)) >= 0 &&
		(is.until == "" || semver.Compare(v, canonical(is.until)) < 0)
}

// Since is the first release with a feature, as its program writes releases.
func Since(f Feature) string { return features[f].since }

// Older says whether a version is before another, each with or without a v.
func Older(version, than string) bool {
	return semver.Compare(canonical(version), canonical(than)) < 0
}

// MayBeAthens says whether a tag could be a release of Athens, which has had
// tags from v0.10.0 on for years; other builds number theirs from v0.0.1 or v1.
func MayBeAthens(tag string) bool {
	return semver.IsValid(tag) && semver.Canonical(tag) == tag && !Older(tag, "v0.10.0") && Older(tag, "v1.0.0")
}

func canonical(version string) string { return "v" + strings.TrimPrefix(version, "v") }
