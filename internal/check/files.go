package check

import (
	"maps"
	"path"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"

	"github.com/gomods/athens-kfn/pkg/generators"
)

// fileRules are about files that settings name.
func fileRules() []Rule {
	return []Rule{{
		Code: "AK720", Severity: Warning,
		Fault:   "a setting names a file that Athens' container does not have",
		Title:   "the files that settings name are in Athens' container",
		Why:     "A program that finds no file at a path stops, or goes on without it: without the authority of a server's certificate, or without a login. Neither the site's volumes nor Athens' image has this one.",
		Cure:    "Write the ConfigMap or the Secret with the file to athens.files, with the same path, and the certificates of authorities to trust.caCertificates, which needs no variable. If an image of your own has the file, accept the finding.",
		Example: `athens: {env: [{name: ATHENS_MONGO_CERT_PATH, value: /etc/docdb/global-bundle.pem}]}`,
		Cured: `
athens:
  env: [{name: ATHENS_MONGO_CERT_PATH, value: /etc/docdb/global-bundle.pem}]
  files: [{path: /etc/docdb/global-bundle.pem, configMapRef: {name: docdb-ca}}]`,
		when: func(w *World) bool {
			return len(w.Athens.Env)+len(w.Athens.Upstream.GoEnv)+len(w.gitSettings()) > 0
		},
		find: missingFiles,
	}}
}

func missingFiles(w *World, add add) {
	var has []string
	for _, d := range generators.OfType[*appsv1.Deployment](w.Objects) {
		if c := &d.Spec.Template.Spec.Containers[0]; c.Name == generators.Athens {
			for _, m := range c.VolumeMounts {
				has = append(has, m.MountPath)
			}
		}
	}
	look := func(at, name, value string) {
		for _, file := range filesIn(name, value) {
			if !slices.ContainsFunc(slices.Concat(has, imageDirs[:]), func(dir string) bool { return file == dir || strings.HasPrefix(file, dir+"/") }) {
				add(at, "names %s, which neither a volume of the site nor Athens' image has", file)
			}
		}
	}
	for i, e := range w.Athens.Env {
		look(item("spec.athens.env", i)+".value", e.Name, e.Value)
	}
	goEnv := w.Athens.Upstream.GoEnv
	for _, name := range slices.Sorted(maps.Keys(goEnv)) {
		look("spec.athens.upstream.goEnv."+name, name, goEnv[name])
	}
	for _, s := range w.gitSettings() {
		look(gitConfigText, s.Name(), s.Value)
	}
}

// imageDirs are the directories of Athens' image (its Dockerfile at v0.18.0, and
// Alpine's own), and where webhooks of clouds mount tokens.
var imageDirs = [...]string{"/bin", "/config", "/dev", "/etc/ssl", "/go", "/lib", "/proc", "/sbin", "/sys", "/usr", "/var/run/secrets"}

// filesIn are the paths in a value: all of it, the words of a command, and the
// values of its flags. Some variables hold the path of a URL.
func filesIn(name, value string) (out []string) {
	if name == "ATHENS_PATH_PREFIX" || strings.HasSuffix(name, "_RELATIVE_URI") {
		return nil
	}
	for _, word := range strings.Fields(value) {
		if flag, rest, found := strings.Cut(word, "="); found && !strings.Contains(flag, "/") {
			word = rest
		}
		if strings.HasPrefix(word, "/") && word == path.Clean(word) && !strings.Contains(word, ":") {
			out = append(out, word)
		}
	}
	return out
}
