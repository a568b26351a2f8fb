package helm

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/importer"
	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/pods"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/releases"
	"github.com/gomods/athens-kfn/pkg/tree"
)

const lockType = "ATHENS_SINGLE_FLIGHT_TYPE"

// places are variables that say where storage and lock are. None is a secret, and
// none has a login in it; those that may have one are callees.
var places = [...]string{
	"AWS_REGION", "ATHENS_S3_BUCKET_NAME", "ATHENS_MINIO_BUCKET_NAME", "ATHENS_STORAGE_GCP_BUCKET", "GOOGLE_CLOUD_PROJECT",
	"ATHENS_AZURE_ACCOUNT_NAME", "ATHENS_AZURE_CONTAINER_NAME", "ATHENS_MONGO_DEFAULT_DATABASE", "ATHENS_MONGO_DEFAULT_COLLECTION",
	"ATHENS_REDIS_SENTINEL_MASTER_NAME",
}

// served are variables by which Athens would not be where the site's Services,
// probes and routes look for it, with the values that are harmless.
var served = map[string][]string{
	"ATHENS_PORT": {":3000", "3000"}, "PORT": {":3000", "3000"}, "ATHENS_PATH_PREFIX": nil, "ATHENS_UNIX_SOCKET": nil,
	"ATHENS_TLSCERT_FILE": nil, "PROXY_FORCE_SSL": {"false"},
}

// contradictions are what the release and the site say differently: the version,
// storage and lock, the host, the password of clients, and where Athens listens.
func (j *judgement) contradictions() {
	e, version := &j.release.environment, j.site.Spec.Athens.Version
	id := j.title(j.release.id)
	for _, why := range e.Unknown {
		j.unknown("%s: %s", id, quote.Said(why))
	}
	j.version(id, tree.Text(j.release.container, "image"))
	reads := slices.ContainsFunc(slices.Concat(tree.Items(j.release.container, "command"), tree.Items(j.release.container, "args")), func(n *yaml.Node) bool {
		return strings.Contains(n.Value, "config_file")
	})
	j.gaps = reads || len(e.Unknown) > 0
	if reads {
		j.unknown("%s: its Athens reads a file of settings, which is not judged: set them as variables", id)
	}
	own := importer.EnvironmentOf(j.ownContainer(), j.site.Namespace, nil)
	sameStorage, sameLock := j.same(storageType, "spec.athens.storage", &own), j.same(lockType, "spec.athens.singleFlight", &own)
	for _, name := range places {
		setting, _ := releases.Find(name, version)
		if strings.HasPrefix(setting.Field, "athens.storage") && sameStorage || strings.HasPrefix(setting.Field, "athens.singleFlight") && sameLock {
			j.same(name, "spec."+setting.Field, &own)
		}
	}
	j.claim(id, sameStorage)
	_, asks := e.Setting("BASIC_AUTH_USER", version)
	switch sends := j.site.Spec.Athens.BasicAuth != nil; {
	case asks && !sends:
		j.fail("spec.athens.basicAuth: the release's Athens asks for a password (BASIC_AUTH_USER), and the site's lathens and crathens have none: write the release's Secret here")
	case sends && !asks && !j.gaps:
		j.fail("spec.athens.basicAuth: the release's Athens asks for no password (BASIC_AUTH_USER is not set): remove it here, or set basicAuth in the values")
	}
	for _, v := range e.Variables {
		if setting, known := releases.Find(v.Name, version); known {
			if harmless, moves := served[setting.Name]; moves && !slices.Contains(harmless, v.Value) && (v.Value != "" || !v.Clear()) {
				j.fail("%s: %s: is set, but %s: remove it from the values", id, v.Name, quote.Said(setting.Fixed))
			}
		}
	}
	j.hosts()
	j.callees(sameStorage, sameLock)
}

func (j *judgement) ownContainer() *yaml.Node {
	return tree.At(j.own, tree.Path{"spec", "template", "spec", "containers", "[0]"})
}

// version of the release's Athens, by the tag of its image.
func (j *judgement) version(id krm.ID, image string) {
	has := j.site.Spec.Athens.Version
	if image == tree.Text(j.ownContainer(), "image") {
		return
	}
	name, _, _ := strings.Cut(image, "@")
	tag := name[strings.LastIndexAny(name, ":/")+1:]
	switch {
	case !releases.MayBeAthens(tag):
		j.unknown("%s: image %q names no release of Athens: write a tag such as %s, or the same image to spec.athens.image", id, image, has)
	case tag != has:
		j.fail("spec.athens.version: the release runs %q and the site has %q: write the release's here, or the site's to image.tag in the values", tag, has)
	}
}

// same says whether a variable has the value that the site would give it. What the
// site does not set may be anything. An unequal value is printed: the variables
// that are compared hold no secrets.
func (j *judgement) same(name, field string, own *importer.Environment) bool {
	wants, set := own.Get(name)
	if !set || !wants.Clear() {
		return true
	}
	has, set := j.release.environment.Setting(name, j.site.Spec.Athens.Version)
	if !set && j.gaps {
		return true // that it is not known is said
	}
	if !set {
		setting, _ := releases.Find(name, j.site.Spec.Athens.Version)
		has.Value = setting.Default
	}
	switch {
	case !has.Clear():
		j.unknown("%s: the variable %s is not in clear text, so that it cannot be compared with %s (%q): write it as a value", j.title(j.release.id), name, quote.Said(field), wants.Value)
		return false
	case has.Value != wants.Value:
		j.fail("%s: the release has %q (%s) and the site %q: write the release's here, or the site's to the values", quote.Said(field), has.Value, name, wants.Value)
		return false
	}
	return true
}

// claim of a disk that the site names must be the one that the release mounts.
func (j *judgement) claim(id krm.ID, sameStorage bool) {
	disk := j.site.Spec.Athens.Storage.Disk
	if disk == nil || disk.ClaimRef == nil || !sameStorage {
		return
	}
	var has []string
	for _, v := range tree.Items(j.release.template, "spec", "volumes") {
		if name := tree.Text(v, "persistentVolumeClaim", "claimName"); name != "" {
			has = append(has, name)
		}
	}
	if !slices.Contains(has, disk.ClaimRef.Name) {
		j.fail("spec.athens.storage.disk.claimRef: the release mounts %q and the site names %q: write the release's here", strings.Join(has, ", "), disk.ClaimRef.Name)
	}
}

// hosts of the release's Ingresses and routes, of which the site must have one.
func (j *judgement) hosts() {
	for _, item := range j.items {
		id := krm.IDOf(item)
		var hosts []string
		switch {
		case id.Group == "networking.k8s.io" && id.Kind == "Ingress":
			for _, rule := range tree.Items(item, "spec", "rules") {
				hosts = append(hosts, tree.Text(rule, "host"))
			}
		case id.Group == gatewayAPI && strings.HasSuffix(id.Kind, "Route"):
			for _, host := range tree.Items(item, "spec", "hostnames") {
				hosts = append(hosts, host.Value)
			}
		}
		covers := func(host string) bool {
			suffix, wild := strings.CutPrefix(host, "*")
			return host == "" || slices.ContainsFunc(j.site.Spec.Hosts(), func(own string) bool {
				return strings.EqualFold(host, own) || wild && strings.HasSuffix(own, suffix)
			})
		}
		if len(hosts) > 0 && !slices.ContainsFunc(hosts, covers) {
			j.fail("spec.host: %s of the release has %q and the site %q: write the release's here, or the site's to the values", j.title(id), strings.Join(hosts, ", "), j.site.Spec.Host)
		}
	}
}

// relabelled are selectors of the release that would lose Athens' pods, because the
// site gives these another value of a label; and ports by whose names the site's
// Services would not find Athens. A second name of one port is no way out: appliers
// take ports for the same by their numbers.
func (j *judgement) relabelled() {
	for name, v := range tree.Entries(j.own, "spec", "template", "metadata", "labels") {
		was := tree.Text(j.release.template, "metadata", "labels", name)
		if notShared[name] || was == "" || was == v.Value {
			continue
		}
		for _, item := range j.items {
			if path := selectorWith(tree.Get(item, "spec"), tree.Path{"spec"}, name, was, false); path != nil {
				j.fail("%s: %s: selects Athens by the value %q, which the site replaces by %q: select by another label, or replace the release by a site (helm athens import)", j.title(krm.IDOf(item)), path, was, v.Value)
			}
		}
	}
	for _, c := range pods.Containers(j.release.template) {
		for _, port := range tree.Items(c, "ports") {
			number, name := tree.Text(port, "containerPort"), tree.Text(port, "name")
			switch athens := number == athensPort && c == j.release.container; {
			case athens && name != "" && name != generators.PortName:
				j.fail("%s: Athens' port is named %s, and the site's Services look for it by the name %s: give it that name, or none", j.title(j.release.id), name, generators.PortName)
			case !athens && name == generators.PortName:
				j.fail("%s: the container %s has a port %s named %s, by which the site's Services look for Athens: name it differently", j.title(j.release.id), tree.Text(c, "name"), number, name)
			}
		}
	}
}

const athensPort = "3000"

// selectorWith is the path to a selector with a label in an object; nil for none.
func selectorWith(n *yaml.Node, at tree.Path, key, value string, selector bool) tree.Path {
	for step, v := range tree.Entries(n) {
		path := at.With(step)
		if selector && step == key && v.Value == value {
			return path
		}
		inside := selector || step == "selector" || step == "matchLabels" || step == "podSelector"
		if found := selectorWith(v, path, key, value, inside); found != nil {
			return found
		}
	}
	return nil
}

// title of an object of the release, in the namespace that Helm gives it.
func (j *judgement) title(id krm.ID) krm.ID {
	if id.Namespace == "" {
		id.Namespace = j.site.Namespace
	}
	return id
}
