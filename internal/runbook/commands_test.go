package runbook_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"mvdan.cc/sh/v3/syntax"
)

// production is a site of several pods that an autoscaler counts.
const production = `{athens: {replicas: 3, autoscaling: {maxReplicas: 10}, upstream: {goproxy: "https://mirror.example.com"},
	storage: {azureBlob: {account: athensweu, container: gomods, credentials: {secretRef: {name: athens-blob}}}}}}`

// Blocks of commands are for a shell that a person types into: an interactive zsh
// takes comments for commands, and a job that a block starts is awaited and ended
// alone.
func TestRunbook_BlocksRunInAnInteractiveShell(t *testing.T) {
	blocks := 0
	for _, b := range books(t) {
		for _, block := range read(t, b.page).blocks {
			blocks++
			file, err := syntax.NewParser(syntax.KeepComments(true)).Parse(strings.NewReader(block), "")
			if err != nil {
				t.Errorf("%s: no shell reads %s: %v", b.name, block, err)
				continue
			}
			syntax.Walk(file, func(n syntax.Node) bool {
				switch n := n.(type) {
				case *syntax.Comment:
					t.Errorf("%s: a comment in a block: %s", b.name, n.Text)
				case *syntax.Stmt:
					if n.Background && (!strings.Contains(block, "=$!\nuntil ") || strings.Contains(block, "$(jobs")) {
						t.Errorf("%s: a job that nothing awaits: %s", b.name, block)
					}
				}
				return true
			})
		}
	}
	if blocks < 1000 {
		t.Errorf("%d blocks only", blocks)
	}
}

// Every object that a command names is one of the site's, in its namespace.
func TestRunbook_CommandsNameTheSitesObjects(t *testing.T) {
	named := regexp.MustCompile(`kubectl -n (\S+) [^|\n]*?\b(deployment|service|cronjob|ingress|pvc|horizontalpodautoscaler|scaledobject|secret)[/ ]([a-z0-9][a-z0-9-]*)`)
	kinds := map[string]string{"deployment": "Deployment", "service": "Service", "cronjob": "CronJob", "ingress": "Ingress", "pvc": "PersistentVolumeClaim", "horizontalpodautoscaler": "HorizontalPodAutoscaler", "scaledobject": "ScaledObject"}
	checked := map[string]int{}
	for _, b := range books(t) {
		names := wordsIn(t, b.objects)
		var all []string
		for _, o := range b.objects {
			all = append(all, o.GetNamespace()+"/"+o.GetObjectKind().GroupVersionKind().Kind+"/"+o.GetName())
		}
		for _, m := range named.FindAllStringSubmatch(b.page, -1) {
			checked[m[2]]++
			switch ref := b.site.Spec.Athens.Storage.Disk; {
			case m[1] == "azureserviceoperator-system": // the operator's own
			case m[2] == "secret" && names[m[3]]:
			case m[2] == "pvc" && ref.ClaimRef != nil && names[m[3]]:
			case slices.Contains(all, m[1]+"/"+kinds[m[2]]+"/"+m[3]):
			default:
				t.Errorf("%s: the site has no %s %s/%s: %s", b.name, m[2], m[1], m[3], m[0])
			}
		}
	}
	for kind := range kinds {
		if checked[kind] == 0 {
			t.Errorf("no command names a %s", kind)
		}
	}
}

// kubectl describe of several objects leaves events out, and a sort by
// lastTimestamp puts the scheduler's events, which have none, before all others.
func TestRunbook_ReadsEventsWithKubectlEvents(t *testing.T) {
	for _, b := range books(t) {
		for _, wrong := range []string{"lastTimestamp", "get events", "describe pods", "describe replicasets"} {
			if strings.Contains(b.page, wrong) {
				t.Errorf("%s: %s", b.name, wrong)
			}
		}
		for _, where := range []string{"First look", "Pods that do not start"} {
			if !strings.Contains(section(b.page, where), "kubectl -n "+b.site.Namespace+" events --types=Warning") {
				t.Errorf("%s: %s reads no events", b.name, where)
			}
		}
	}
}

// A rollback undoes the change, not the last rollout of every program.
func TestRunbook_RollsBackToTheManifestsItKept(t *testing.T) {
	for _, b := range books(t) {
		upgrade := section(b.page, "Upgrade and rollback")
		if !strings.Contains(upgrade, " > before.yaml\n") || !strings.Contains(upgrade, "kubectl apply -f before.yaml\n") {
			t.Errorf("%s: no way back to the manifests:\n%s", b.name, upgrade)
		}
		if strings.Contains(b.page, "rollout undo") {
			t.Errorf("%s: undoes a rollout of another time", b.name)
		}
	}
}

// What suspends crathens has its way back and ends the current run; the CronJob has
// the field, so that an apply resumes it too.
func TestRunbook_ResumesCrathens(t *testing.T) {
	b := of(t, `{}`)
	pause := section(b.page, "Pause crathens")
	order := []string{`"suspend":true`, "delete jobs -l athens.gomods.io/site=goproxy.goproxy,app.kubernetes.io/name=crathens", `"suspend":false`, "`spec.crathens.suspend: true`"}
	at := -1
	for _, want := range order {
		next := strings.Index(pause, want)
		if next <= at {
			t.Errorf("no %s, or too early, in\n%s", want, pause)
		}
		at = next
	}
	if !strings.Contains(string(manifest(t, b, "CronJob")), `"suspend":false`) {
		t.Error("the CronJob has no field suspend: no apply resumes it")
	}
	if off := of(t, `{crathens: {enabled: false}}`); strings.Contains(off.page, "crathens") {
		t.Error("a site without crathens speaks of it")
	}
}

// A drill ends with the number of pods that ran before, also where an autoscaler
// decides it and no manifest has it.
func TestRunbook_DrillsEndWhereTheyBegan(t *testing.T) {
	for spec, want := range map[string][]string{
		`{}`:       {"replicas=$(kubectl -n goproxy get deployment/goproxy-athens -o jsonpath='{.spec.replicas}')", "--replicas=0\n", `--replicas="${replicas:-1}"`},
		production: {"replicas=$(", "No apply and no GitOps tool ends this drill", `--replicas="${replicas:-3}"`},
		`{athens: {replicas: 3, storage: {gcs: {bucket: gomods}}, autoscaling: {maxReplicas: 10, keda: {serverAddress: "http://p.monitoring.svc:9090"}}}}`: {"paused-replicas=0 --overwrite", "paused-replicas-\n"},
	} {
		drill := section(of(t, spec).page, "Loss of the storage")
		for _, w := range want {
			if !strings.Contains(drill, w) {
				t.Errorf("%s: no %q in\n%s", spec, w, drill)
			}
		}
	}
	drill := section(of(t, production).page, "Loss of the upstream")
	first, last := strings.Index(drill, "ATHENS_GO_BINARY_ENV_VARS='GOPROXY=https://nowhere.invalid'"), strings.Index(drill, "ATHENS_GO_BINARY_ENV_VARS=GOPROXY=https://mirror.example.com\n")
	if first < 0 || last < first {
		t.Errorf("the upstream does not come back:\n%s", drill)
	}
}

// A tunnel is awaited, and ended by its own process.
func TestRunbook_EndsItsTunnels(t *testing.T) {
	for spec, blocks := range map[string][]string{
		`{}`:                          {"Logs and health"},
		`{mesh: {mode: None}}`:        {"Logs and health", "First look"},
		`{lathens: {enabled: false}}`: {"Logs and health"},
	} {
		b := of(t, spec)
		if strings.Contains(b.page, "jobs -p") {
			t.Errorf("%s: ends jobs that it did not start", spec)
		}
		for _, where := range blocks {
			text := section(b.page, where)
			for _, m := range regexp.MustCompile(`port-forward \S+ (\d+):\d+ > /dev/null & (\w+)=\$!\n`).FindAllStringSubmatch(text, -1) {
				_, after, _ := strings.Cut(text, m[0])
				if !strings.HasPrefix(after, "until curl -s -o /dev/null http://localhost:"+m[1]+"/healthz || ! kill -0 $"+m[2]+"; do sleep 0.2; done\n") || !strings.Contains(after, "kill $"+m[2]) {
					t.Errorf("%s: %s is not awaited or not ended:\n%s", spec, m[0], after)
				}
				blocks = nil
			}
		}
		if blocks != nil {
			t.Errorf("%s: no tunnel", spec)
		}
	}
}

// The Secret that an operator writes is renewed at its source.
func TestRunbook_LeavesSecretsToTheirOperators(t *testing.T) {
	b := of(t, `{athens: {storage: {azureBlob: {account: athensweu, container: gomods, credentials: {secretRef: {name: athens-blob}}}}},
		azure: {provision: {resourceGroup: {name: goproxy, location: westeurope}, storage: {}}}}`)
	rotate := section(b.page, "Rotate a secret")
	if strings.Contains(rotate, "create secret generic athens-blob") || !strings.Contains(rotate, "az storage account keys renew -g goproxy -n athensweu") {
		t.Error(rotate)
	}
}

// A site is removed without its modules, and the page lists what remains.
func TestRunbook_RemovesTheSite(t *testing.T) {
	removal := section(of(t, `{athens: {storage: {disk: {}}}}`).page, "Remove the site")
	for _, want := range []string{"kubectl -n goproxy delete -l athens.gomods.io/site=goproxy.goproxy ", "These remain:", "The volume behind `goproxy-athens`", "The Secret `istio-system/goproxy-tls`"} {
		if !strings.Contains(removal, want) {
			t.Errorf("no %q in\n%s", want, removal)
		}
	}
	if strings.Contains(removal, "persistentvolumeclaim") {
		t.Errorf("deletes the modules:\n%s", removal)
	}
}

// Every command of this program carries the region of the page.
func TestRunbook_CommandsCarryTheRegion(t *testing.T) {
	lines := 0
	for _, b := range books(t) {
		if b.site.Spec.Region == "" {
			continue
		}
		for _, m := range regexp.MustCompile("athens-kfn [a-z][^`|\n]*").FindAllString(b.page, -1) {
			lines++
			if !strings.Contains(m, " --region "+b.site.Spec.Region) {
				t.Errorf("%s: %s", b.name, m)
			}
		}
	}
	if lines < 50 {
		t.Errorf("%d lines only", lines)
	}
}

// Ports lists Services that the site has.
func TestRunbook_ListsTheServicesOfTheSite(t *testing.T) {
	for _, b := range books(t) {
		ports := section(b.page, "Ports")
		for _, m := range regexp.MustCompile("Service `([^`]+)`").FindAllStringSubmatch(ports, -1) {
			if !slices.ContainsFunc(b.kind("Service"), func(name string) bool { return name == b.site.Namespace+"/"+m[1] }) {
				t.Errorf("%s: the site has no Service %s", b.name, m[1])
			}
		}
	}
}

// Each task that changes the site prints its way back.
func TestRunbook_ChangesHaveTheirWayBack(t *testing.T) {
	b := of(t, production, `{mesh: {revision: asm-1-30}}`)
	for title, want := range map[string]string{
		"Add a private pattern": "To go back,", "Purge a version": "The only way back", "Pause crathens": "Resume.", "Scale": "which is the way back",
		"Upgrade and rollback": "go back.", "Move to another revision of the mesh": "To go back,", "Remove the site": "There is no way back",
	} {
		if text := section(b.page, title); !strings.Contains(text, want) {
			t.Errorf("%s: no %q in\n%s", title, want, text)
		}
	}
}
