package docs

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/internal/secrets/secretstest"
)

// program represents one that needs a cluster, a cloud or the network. It knows
// what the pages may write, does what can be done here, and says nothing else.
type program struct {
	// commands are the words of each command and its flags; nil for any.
	commands []string
	play     func(name string, args []string) (handled bool, err error)
}

// Their words and flags are held against azure-cli 2.91.0 and, for afd, which its extension
// cdn has since 2.88, azure-cli 2.87.0; aws-cli 1.45.11; Google Cloud SDK 528.0.0; kind
// 0.30.0; crane 0.20.7; istio.io/istio at eed52ebb66ad; akuity/kargo at 301c7aba,
// pkg/cli/cmd/create; those of oc, docker and curl against their manuals. test/cluster runs
// kubectl itself.
var standIns = map[string]program{
	"kargo": {play: quiet, commands: []string{
		"create repo-credentials --project --git --username --repo-url",
	}},
	"kubectl": {play: kubectl, commands: []string{
		"annotate --overwrite -n",
		"apply -f -k -n --server-side",
		"create configmap --from-file --from-literal -n",
		"create namespace --save-config",
		"create secret docker-registry --docker-server --docker-username --docker-password -n --namespace",
		"create secret generic --from-file --from-literal -n --namespace",
		"create secret tls --cert --key -n --namespace",
		"create job --from -n",
		"delete -f -k -n",
		"diff -f -k -n --server-side",
		"get -n -l -o -w -A --all-namespaces --context --ignore-not-found --namespace --output --raw --request-timeout --selector --",
		"kustomize --enable-alpha-plugins",
		"label --overwrite -n",
		"logs -n -f -c --tail",
		"port-forward -n",
		"rollout status -n --timeout",
		"rollout restart -n",
		"rollout undo -n --to-revision",
		"scale --replicas -n",
		"wait --for --timeout -n -l",
	}},
	"az": {play: quiet, commands: []string{
		"afd custom-domain create --resource-group --profile-name --custom-domain-name --host-name --certificate-type --minimum-tls-version",
		"afd custom-domain show --resource-group --profile-name --custom-domain-name --query --output",
		"afd endpoint show --resource-group --profile-name --endpoint-name --query --output",
		"afd endpoint create --resource-group --profile-name --endpoint-name --enabled-state",
		"afd origin create --resource-group --profile-name --origin-group-name --origin-name --host-name --origin-host-header --http-port --https-port --priority --weight --enabled-state --enforce-certificate-name-check",
		"afd origin-group create --resource-group --profile-name --origin-group-name --enable-health-probe --probe-request-type --probe-protocol --probe-path --probe-interval-in-seconds --sample-size --successful-samples-required --additional-latency-in-milliseconds",
		"afd profile create --resource-group --profile-name --sku --origin-response-timeout-seconds",
		"afd profile show --resource-group --profile-name --query --output",
		"afd profile update --resource-group --profile-name --origin-response-timeout-seconds",
		"afd route create --resource-group --profile-name --endpoint-name --route-name --origin-group --custom-domains --supported-protocols --forwarding-protocol --https-redirect --patterns-to-match --link-to-default-domain --enable-caching --query-string-caching-behavior",
		"aks create --resource-group --name --enable-azure-service-mesh --revision --node-count --zones --network-plugin --network-policy --network-dataplane --network-plugin-mode --generate-ssh-keys",
		"aks get-credentials --resource-group --name",
		"aks mesh enable --resource-group --name --revision",
		"aks mesh proxy-redirection-mechanism --resource-group --name --mechanism",
		"aks mesh enable-ingress-gateway --resource-group --name --ingress-gateway-type",
		"aks mesh get-revisions --location --output",
		"aks show --resource-group --name --query --output",
		"cosmosdb keys list --resource-group --name --type --query --output",
		"extension add --name",
		"group create --name --location",
		"storage account create --resource-group --name --location --sku --kind --min-tls-version --allow-blob-public-access",
		"storage account keys list --resource-group --account-name --query --output",
		"storage container create --account-name --name --auth-mode",
	}},
	"aws": {play: quiet, commands: []string{
		"eks create-pod-identity-association --cluster-name --namespace --service-account --role-arn",
	}},
	"gcloud": {play: quiet, commands: []string{
		"iam service-accounts add-iam-policy-binding --role --member",
		"storage buckets add-iam-policy-binding --role --member",
	}},
	"oc": {play: quiet, commands: []string{"adm policy add-scc-to-user -z -n"}},
	"kind": {play: quiet, commands: []string{
		"create cluster --name --config --wait",
		"load image-archive --name",
		"load docker-image --name",
		"delete cluster --name",
	}},
	"istioctl": {play: quiet, commands: []string{"install --set -y", "analyze -n -A", "proxy-config --", "version"}},
	"curl":     {play: quiet, commands: []string{"-f -s -S -L -o -i -I -H -k --resolve -fsS -fsSL -fsSLo"}},
	"docker":   {play: quiet, commands: []string{"pull", "push", "tag", "save -o", "load -i", "login"}},
	"crane":    {play: quiet, commands: []string{"copy", "pull --platform", "push", "digest"}},
	"go":       {play: goCommand},
	"crathens": {play: quiet, commands: []string{"export --go-sum --since -o", "import --dir --serve --athens"}},
	"make":     {play: makeTarget},
	"git":      {play: gitClone},
	"kpt":      {play: kptPackage},
	"helm":     {play: helmRelease},
}

// standIn is the main function of a stand-in.
func standIn(name string, args []string) int {
	s := standIns[name]
	err := s.know(args)
	if err == nil {
		var handled bool
		if handled, err = s.play(name, args); err == nil && !handled {
			err = really(name, args)
		}
	}
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return exit.ExitCode()
	case err != nil:
		fmt.Fprintf(os.Stderr, "stand-in for %s: %s: %v\n", name, strings.Join(args, " "), err)
		return 3
	}
	return 0
}

// know says what of a command line is not known. An empty word is one that the
// shell will make.
func (p program) know(args []string) error {
	if p.commands == nil {
		return nil
	}
	for _, command := range p.commands {
		words := strings.Fields(command)
		n := slices.IndexFunc(words, func(word string) bool { return strings.HasPrefix(word, "-") })
		if n < 0 {
			n = len(words)
		}
		if len(args) < n || !slices.Equal(words[:n], args[:n]) {
			continue
		}
		for _, arg := range args[n:] {
			flag, _, _ := strings.Cut(arg, "=")
			if len(flag) > 1 && flag[0] == '-' && !slices.Contains(words[n:], flag) {
				return fmt.Errorf("the flag %s is not in standins_test.go; look up whether there is such a flag", flag)
			}
		}
		return nil
	}
	return errors.New("no such command in standins_test.go; look up whether there is one")
}

// really runs the program that a stand-in represents.
func really(name string, args []string) error {
	real := os.Getenv("REAL_" + name)
	if real == "" {
		return fmt.Errorf("%s is not on this machine", name)
	}
	cmd := exec.Command(real, args...) //nolint:gosec // from the PATH
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	return cmd.Run()
}

// has says whether a program is on this machine, and no stand-in alone.
func has(name string) bool {
	if real, ok := os.LookupEnv("REAL_" + name); ok {
		return real != ""
	}
	_, err := exec.LookPath(name)
	return err == nil
}

func quiet(string, []string) (bool, error) { return true, nil }

// kubectl looks at what it is to apply, and lets the real one make Secrets.
func kubectl(name string, args []string) (bool, error) {
	switch args[0] {
	case "kustomize":
		return !has(name), nil
	case "get":
		return true, asked(args)
	case "create":
		if created, ok := secretstest.Parse(args); ok {
			if err := remember(created); err != nil {
				return true, err
			}
		}
		if args[1] == "job" || args[2] == "tls" || !has(name) { // a page cannot show a certificate
			return true, nil
		}
		cmd := exec.Command(os.Getenv("REAL_"+name), append(slices.Clone(args), "--dry-run=client", "-o", "yaml")...) //nolint:gosec // from the PATH
		out, err := cmd.CombinedOutput()
		if err != nil {
			return true, fmt.Errorf("%w\n%s", err, out)
		}
		return true, objects(strings.NewReader(string(out)))
	case "apply", "diff", "delete":
		for i, arg := range args {
			if arg != "-f" || i+1 == len(args) {
				continue
			}
			if err := applied(args[i+1]); err != nil {
				return true, err
			}
		}
	}
	return true, nil
}

// applied reads what follows -f.
func applied(operand string) error {
	if operand == "-" {
		return objects(os.Stdin)
	}
	if strings.HasPrefix(operand, "https://") {
		return nil
	}
	files := []string{operand}
	if info, err := os.Stat(operand); err == nil && info.IsDir() {
		if files, err = filepath.Glob(filepath.Join(operand, "*.yaml")); err != nil {
			return err
		}
	}
	for _, file := range files {
		in, err := os.Open(file)
		if err != nil {
			return err
		}
		if err := errors.Join(objects(in), in.Close()); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return nil
}

// objects wants what an API server takes: objects, at least one.
func objects(in io.Reader) error {
	n := 0
	err := documents(in, func(doc map[string]any) error {
		n++
		meta, _ := doc["metadata"].(map[string]any)
		if doc["apiVersion"] == nil || doc["kind"] == nil || meta["name"] == nil {
			return fmt.Errorf("no object: %v", doc)
		}
		return nil
	})
	if err == nil && n == 0 {
		err = errors.New("no objects")
	}
	return err
}

// goCommand installs what is installed already, if it is there to install, and
// asks no proxy of the pages.
func goCommand(_ string, args []string) (bool, error) {
	if strings.Contains(os.Getenv("GOPROXY"), "example.com") || strings.Contains(os.Getenv("GOPROXY"), "localhost") {
		return true, nil
	}
	if args[0] != "install" {
		return false, nil
	}
	path, _, _ := strings.Cut(args[1], "@")
	folder, ours := strings.CutPrefix(path, "github.com/gomods/athens-kfn/")
	if !ours {
		return true, nil
	}
	_, err := os.Stat(filepath.Join(os.Getenv("DOCS_ROOT"), folder, "main.go"))
	return true, err
}

// makeTarget wants the target to exist.
func makeTarget(_ string, args []string) (bool, error) {
	makefile, err := os.ReadFile(filepath.Join(os.Getenv("DOCS_ROOT"), "Makefile"))
	if err != nil {
		return true, err
	}
	if len(args) > 1 && args[0] == "-C" {
		args = args[2:]
	}
	for _, target := range args {
		if !strings.Contains(target, "=") && !regexp.MustCompile(`(?m)^`+regexp.QuoteMeta(target)+`:`).Match(makefile) {
			return true, fmt.Errorf("the Makefile has no target %s", target)
		}
	}
	return true, nil
}

// gitClone gives the folders of a clone of this repository that pages use.
func gitClone(_ string, args []string) (bool, error) {
	if args[0] != "clone" {
		return false, nil
	}
	if url := args[len(args)-1]; url != "https://github.com/gomods/athens-kfn" {
		return true, fmt.Errorf("clone of %s", url)
	}
	for _, folder := range []string{"examples", "overlays", "deploy", "docs/man"} {
		if err := os.CopyFS(filepath.Join("athens-kfn", folder), os.DirFS(filepath.Join(os.Getenv("DOCS_ROOT"), folder))); err != nil {
			return true, err
		}
	}
	return true, nil
}

// kptPackage gets a package of this repository from the repository itself.
func kptPackage(_ string, args []string) (bool, error) {
	if len(args) != 4 || args[0] != "pkg" || args[1] != "get" {
		return args[0] == "live", nil
	}
	folder, ours := strings.CutPrefix(args[2], "https://github.com/gomods/athens-kfn/")
	if !ours {
		return true, fmt.Errorf("package of %s", args[2])
	}
	return true, os.CopyFS(args[3], os.DirFS(filepath.Join(os.Getenv("DOCS_ROOT"), folder)))
}

func helmRelease(_ string, args []string) (bool, error) {
	return slices.Contains([]string{"install", "upgrade", "uninstall", "rollback"}, args[0]), nil
}
