package client

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/quote"
)

const (
	goAuth = "GOAUTH"
	// tokenVar is the variable from which GOAUTH takes the token.
	tokenVar = "GOPROXY_TOKEN"
	// gitHub is the issuer of the tokens of GitHub Actions. They live for five
	// minutes, so GOAUTH asks for one: go runs it again after a 401.
	gitHub      = "https://token.actions.githubusercontent.com"
	gitHubToken = `$(curl -sSfH "Authorization: Bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=%s" | jq -r .value)`
)

// clients is what gateway.clients asks of a developer. A password of .netrc is
// Basic, and no token.
func (g *Guide) clients(list []v1alpha1.GatewayClients) {
	var addresses []string
	for _, c := range list {
		if c.JWT != nil {
			g.tokens = append(g.tokens, *c.JWT)
		} else {
			addresses = append(addresses, c.CIDRs...)
		}
	}
	switch from := strings.Join(addresses, ", "); {
	case len(list) == 0:
	case len(g.tokens) == 0:
		g.note("The site admits only clients with an address in " + from + ".")
	default:
		why := "The site requires a token, which this takes from the variable " + tokenVar + ". go 1.24 and later sends it."
		if from != "" {
			why += "\nClients with an address in " + from + " need none: leave GOAUTH out there."
		}
		for _, t := range g.tokens {
			why += "\nA token of " + t.Issuer + " needs the audience " + strings.Join(t.Audiences, " or ") + "."
		}
		g.set(goAuth, g.goAuth("$"+tokenVar), why)
	}
}

// goAuth is a command that prints the header for the site (go help goauth). go
// splits it at blanks outside quotes, and runs it with the URL as another
// argument once more after a 4xx.
func (g *Guide) goAuth(token string) string {
	return `sh -c 'printf "` + g.URL + `\n\nAuthorization: Bearer %s\n\n" "` + token + `"'`
}

// goAuthOnWindows is the same. What go adds to it is behind the comment sign.
func (g *Guide) goAuthOnWindows() string {
	return "powershell -NoProfile -Command '[Console]::Write(\"" + g.URL + "`n`nAuthorization: Bearer $env:" + tokenVar + "`n`n\") #'"
}

// audience that a token of an issuer must have; of the first issuer, where the
// site admits none of this one.
func (g *Guide) audience(issuer string) string {
	i := slices.IndexFunc(g.tokens, func(t v1alpha1.ClientJWT) bool { return t.Issuer == issuer })
	return g.tokens[max(i, 0)].Audiences[0]
}

// gitHubToken are the lines of a workflow that lets its steps ask for a token.
func (g *Guide) gitHubToken(b *strings.Builder) {
	if len(g.tokens) > 0 {
		fmt.Fprintf(b, "permissions: {contents: read, id-token: write} # GOAUTH asks GitHub for a token\n")
	}
}

// gitHubValue is what a workflow sets a variable to.
func (g *Guide) gitHubValue(s Setting) string {
	if s.Name == goAuth {
		return g.goAuth(fmt.Sprintf(gitHubToken, g.audience(gitHub)))
	}
	return s.Value
}

// gitLabToken are the lines of a pipeline that has GitLab make a token for
// each job.
func (g *Guide) gitLabToken(b *strings.Builder) {
	if len(g.tokens) > 0 {
		issuer := cmp.Or(g.issuer("gitlab"), g.tokens[0].Issuer)
		fmt.Fprintf(b, "default:\n  id_tokens:\n    %s: {aud: %s}\n", tokenVar, quote.GitLabCI(g.audience(issuer)))
	}
}

// issuer whose URL has a word in it; empty for none.
func (g *Guide) issuer(word string) string {
	for _, t := range g.tokens {
		if strings.Contains(t.Issuer, word) {
			return t.Issuer
		}
	}
	return ""
}

// azureToken are the steps of a pipeline that take a token of Entra ID.
func (g *Guide) azureToken(b *strings.Builder) {
	if len(g.tokens) == 0 {
		return
	}
	audience := g.audience(cmp.Or(g.issuer("login.microsoftonline.com"), g.issuer("sts.windows.net")))
	fmt.Fprintf(b, "# and before the first go command, under steps; CONNECTION is a service connection whose identity may ask for the audience:\n"+
		"- task: AzureCLI@2\n  inputs:\n    azureSubscription: CONNECTION\n    scriptType: bash\n    scriptLocation: inlineScript\n    inlineScript: |\n"+
		"      token=$(az account get-access-token --resource %s --query accessToken --output tsv)\n"+
		"      echo \"##vso[task.setvariable variable=%s;issecret=true]$token\"\n"+
		"# and in each step that runs go:\n#   env: {%s: $(%s)}\n", quote.Shell(audience), tokenVar, tokenVar, tokenVar)
}
