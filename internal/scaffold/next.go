package scaffold

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/internal/cmdline"
	"github.com/gomods/athens-kfn/internal/secrets"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// Next says what to do with the files that were written to dir. The site is
// what the files hold, loaded.
func Next(o Options, dir string, site *v1alpha1.AthensSite) string {
	var out strings.Builder
	step := 0
	say := func(title string, lines ...string) {
		step++
		fmt.Fprintf(&out, "\n%d. %s\n", step, title)
		for _, line := range lines {
			fmt.Fprintf(&out, "   %s\n", line)
		}
	}
	from := cmdline.Site{File: path.Join(dir, SiteFile)}
	file := from.Path()
	fmt.Fprintf(&out, "Wrote %s, %s and %s into %s\n", SiteFile, KustomizationFile, SchemaFile, dir)
	if n := strings.Count(siteText(o), "# Replace:"); n > 0 {
		say(fmt.Sprintf("Replace the values that %s marks with Replace (%d of them).", file, n))
	}
	say("Look at the site:",
		from.Command("check"),
		from.Command("graph", "-o", "svg")+" > site.svg",
		from.Command("render"))
	hints := platformOf(o.Platform).hints
	if site.NeedsCNIPlugin() {
		hints = append(slices.Clone(hints), "Istio's CNI plugin: "+site.CNICommand(func(s string) string { return s }))
	}
	say("The cluster needs:", "- "+strings.Join(hints, "\n   - "))
	commands := []string{"kubectl create namespace " + quote.Shell(site.Namespace) + " --save-config"}
	variables := false
	for _, s := range secrets.ByHand(site) {
		commands = append(commands, s.Command())
		variables = variables || s.Variables()
	}
	title := "Create the namespace:"
	if len(commands) > 1 {
		title = "Create the namespace and the Secrets that the site needs:"
	}
	if variables {
		title = "Create the namespace and the Secrets that the site needs. " + secrets.SetVariables
	}
	say(title, commands...)
	say("Build the site and apply it:",
		"kustomize build --enable-alpha-plugins --enable-exec "+quote.Shell(dir)+" | kubectl apply -f -")
	say("Tell developers how to use it:", from.Command("client"))
	return out.String()
}
