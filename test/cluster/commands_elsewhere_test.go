package cluster

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// foreign are the commands of programs that cannot run here, with their flags. Each names
// the source that it was held against.
var foreign = map[string][]string{
	// az COMMAND --help of azure-cli 2.91.0. Those of afd are in its extension cdn since 2.88
	// (Azure/azure-cli#33336); their flags are those of 2.87.0, from which the extension
	// was made (Azure/azure-cli-extensions#9786).
	"az": {
		"afd endpoint purge -g --profile-name --endpoint-name --content-paths --subscription",
		"cosmosdb show -n -g --query -o",
		"cosmosdb update -n -g --capabilities",
		"cosmosdb restore -g -n --account-name --location --restore-timestamp",
		"cosmosdb keys regenerate -g -n --key-kind --subscription",
		"monitor metrics list --resource --metrics --aggregation --interval",
		"storage account blob-service-properties update -g -n --enable-delete-retention --delete-retention-days --enable-versioning",
		"storage account keys renew -g -n --key --subscription",
		"storage blob list --account-name -c --num-results -o",
		"storage blob delete-batch --account-name -s --pattern",
	},
	// aws COMMAND help of aws-cli 1.45.11, which hides max-keys for a flag of its own
	// paging, and takes it.
	"aws": {
		"s3 rm --region --endpoint-url --recursive --exclude --include",
		"s3 sync --region --endpoint-url",
		"s3api list-objects-v2 --region --endpoint-url --bucket --max-keys",
		"s3api put-bucket-versioning --region --endpoint-url --bucket --versioning-configuration",
	},
	// Azure/azure-storage-azcopy, wiki/azcopy_sync of 2025-06-12.
	"azcopy": {"sync --recursive"},
	// gcloud COMMAND --help of Google Cloud SDK 528.0.0.
	"gcloud": {"storage ls", "storage rm", "storage rsync --recursive", "storage buckets update --versioning"},
	// minio/mc at 91efd0c0, cmd/rm-main.go; min.io/docs, mc mirror.
	"mc": {"ls", "rm --recursive --force", "mirror"},
	// mongodb-js/mongosh at 03d11255b, packages/cli-repl/README.md.
	"mongosh": {" --eval"},
	// mongodb/mongo-tools at 04434230, mongodump/options.go; its mongorestore/options.go.
	"mongodump":    {" --uri --db --gzip --archive"},
	"mongorestore": {" --uri --gzip --archive"},
	// istio.io/istio at eed52ebb66ad, istioctl/pkg/cli/option.go.
	"istioctl": {"analyze -n"},
	"openssl":  {"s_client -connect -servername", "x509 -noout -subject -enddate"},
}

// here are the programs that run.
var here = []string{"athens-kfn", "kubectl", "curl", "base64", "grep", "head", "tail", "kill", "sleep", "printf"}

// unknown says what of a command is not known; empty for nothing.
func unknown(call []string) string {
	if slices.Contains(here, call[0]) {
		return ""
	}
	commands, ok := foreign[call[0]]
	if !ok {
		return "no table has the program " + call[0]
	}
	for _, c := range commands {
		words := strings.Fields(c)
		n := slices.IndexFunc(words, func(w string) bool { return strings.HasPrefix(w, "-") })
		if n < 0 {
			n = len(words)
		}
		if len(call) <= n || !slices.Equal(call[1:n+1], words[:n]) {
			continue
		}
		for _, word := range call[n+1:] {
			if flag, _, _ := strings.Cut(word, "="); strings.HasPrefix(flag, "-") && !slices.Contains(words[n:], flag) {
				return "no table has the flag " + flag
			}
		}
		return ""
	}
	return "no table has the command"
}

// elsewhere is a folder of stand-ins for the programs that cannot run here, and for
// those that ask the site's host or never end.
func elsewhere(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	real := func(name string) string {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Skipf("%s is not on this machine", name)
		}
		return path
	}
	scripts := map[string]string{
		"curl":    `case "$*" in *localhost*) exec ` + real("curl") + ` "$@";; *' -D '*) echo 'x-lathens: hit';; *) echo '200 0.1s';; esac`,
		"sleep":   `case "$1" in 0.*) exec ` + real("sleep") + ` "$1";; esac; n=$(cat "$0.n" 2>/dev/null); echo "x$n" > "$0.n"; [ "$n" = "" ]`,
		"git":     `[ "$1" = clone ] || exec ` + real("git") + ` "$@"`,
		"helm":    `shift; exec helm-athens "$@"`, // the plugin
		"openssl": `case "$1" in s_client) exec cat tls.crt;; *) exec ` + real("openssl") + ` "$@";; esac`,
	}
	for _, name := range []string{"crane", "crathens", "go", "kargo", "kind", "make"} {
		scripts[name] = ":"
	}
	for name := range foreign {
		if scripts[name] == "" {
			scripts[name] = "echo an answer"
		}
	}
	for name, script := range scripts {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil { //nolint:gosec // a program
			t.Fatal(err)
		}
	}
	return dir
}
