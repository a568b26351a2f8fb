package cluster

import (
	"fmt"
	"regexp"
	"strings"
)

// rule is how the answer of some commands is judged.
type rule struct {
	like *regexp.Regexp
	// judge says what is wrong; empty for nothing.
	judge func(*answered) string
	// elsewhere is why a command cannot do here what it does in a cluster.
	elsewhere string
	used      int
}

// rules, the first that matches a command judges it.
var rules = []*rule{
	{like: regexp.MustCompile(`^kubectl .* top `), judge: fails(`error: Metrics API not available`),
		elsewhere: "kwok's nodes measure nothing"},
	{like: regexp.MustCompile(`^kubectl .* logs .* --previous `), judge: says(`failed to tail 20 lines of log file`),
		elsewhere: "kwok's containers have no previous log"},
	{like: regexp.MustCompile(`^kubectl .* exec `), judge: says(`no exec found for container`),
		elsewhere: "no program runs in kwok's containers; the API server finds the pod and the container"},
	{like: regexp.MustCompile(`^(az|azcopy|aws|gcloud|mc|mongosh|mongodump|mongorestore|istioctl|helm) `), judge: succeeds,
		elsewhere: "a cloud, a storage or a mesh answers; its words and flags are held against a table"},
	{like: regexp.MustCompile(`^(while sleep|curl|openssl) .*https?://[a-z]|^openssl `), judge: prints(``),
		elsewhere: "the site's host has no address; a stand-in answers"},
	{like: regexp.MustCompile(` > \S+$| get all,pvc,secrets$`), judge: succeeds},
	{like: regexp.MustCompile(`\| kubectl apply .*-f -$`), judge: prints(` (created|configured|unchanged|serverside-applied)`)},
	{like: regexp.MustCompile(`^athens-kfn upgrade `), judge: prints(`^`)},
	{like: regexp.MustCompile(`^athens-kfn diff `), judge: succeeds}, // nothing has changed
	{like: regexp.MustCompile(`kubectl diff -f -$`), judge: silent},
	{like: regexp.MustCompile(`^kubectl diff -k `), judge: finds}, // a page's, of what it has changed
	{like: regexp.MustCompile(`^kubectl apply -f project.yaml$`), judge: fails(`no matches for kind "Project" in version "kargo.akuity.io/v1alpha1"`),
		elsewhere: "Kargo's module and its CRDs are not here"},
	{like: regexp.MustCompile(`^kubectl apply `), judge: prints(` (created|configured|unchanged)`)},
	{like: regexp.MustCompile(`^kubectl create `), judge: prints(` created`)},
	{like: regexp.MustCompile(`^kubectl wait `), judge: prints(` condition met`)},
	{like: regexp.MustCompile(`^kubectl .* delete .*-l |^kubectl delete deployment/`), judge: prints(` deleted`)},
	{like: regexp.MustCompile(`^until curl .*localhost`), judge: succeeds},
	{like: regexp.MustCompile(`^(until )?kubectl (.* )?(get|events|logs|describe) |^athens-kfn|^curl`), judge: prints(``)},
	{like: regexp.MustCompile(`^kubectl (.* )?rollout status `), judge: prints(`successfully rolled out`)},
	{like: regexp.MustCompile(`^kubectl (.* )?(scale|patch|set env|rollout restart|annotate) `), judge: prints(` (scaled|patched|env updated|restarted|annotated)`)},
	{like: regexp.MustCompile(``), judge: succeeds},
}

// judge says what is wrong with an answer; empty for nothing.
func judge(a *answered) string {
	switch a.compare {
	case equal:
		if a.stdout != a.with.stdout {
			return "the way back does not restore the state, which was\n" + a.with.stdout
		}
	case differs:
		if a.stdout == a.with.stdout {
			return "the commands change nothing"
		}
	}
	for _, r := range rules {
		if r.like.MatchString(a.text) {
			r.used++
			return r.judge(a)
		}
	}
	return "nothing judges this command"
}

func succeeds(a *answered) string {
	if a.code != 0 {
		return fmt.Sprintf("exit code %d", a.code)
	}
	return ""
}

// silent is the answer of a comparison that finds nothing.
func silent(a *answered) string {
	if a.code != 0 || a.stdout != "" {
		return "it finds a difference"
	}
	return ""
}

// finds is the answer of a comparison that finds a difference.
func finds(a *answered) string {
	if a.code != 1 || !strings.Contains(a.stdout, "\n+") {
		return "it finds no difference"
	}
	return ""
}

// prints is a success with an answer, of which each pattern matches a part. A table
// of kubectl has a line below its head.
func prints(pattern string) func(*answered) string {
	re := regexp.MustCompile(pattern)
	return func(a *answered) string {
		switch {
		case a.code != 0:
			return succeeds(a)
		case strings.TrimSpace(a.stdout) == "" || strings.Contains(a.stderr, "No resources found"):
			return "the answer is empty"
		case strings.HasPrefix(a.stdout, "NAME ") && strings.Count(a.stdout, "\n") < 2:
			return "the answer has no line"
		case !re.MatchString(a.stdout):
			return "the answer has no " + pattern
		case strings.Contains(a.stderr, "Error") || strings.Contains(a.stderr, "error:"):
			return "a part fails"
		}
		return ""
	}
}

// fails is an error that comes after kubectl has read its words.
func fails(text string) func(*answered) string {
	return func(a *answered) string {
		if a.code == 0 {
			return "it succeeds"
		}
		return says(text)(a)
	}
}

// says is an error whose exit code a pipe may hide.
func says(text string) func(*answered) string {
	return func(a *answered) string {
		if !strings.Contains(a.stderr, text) {
			return "the error is not " + text
		}
		return ""
	}
}
