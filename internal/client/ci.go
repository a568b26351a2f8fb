package client

import (
	"fmt"
	"strings"

	"github.com/gomods/athens-kfn/pkg/quote"
)

func (g *Guide) netrcLine() string {
	return `printf 'machine %s login %s password %s\n' ` + quote.Shell(g.Host) + ` "$GOPROXY_USER" "$GOPROXY_PASSWORD" > ~/.netrc && chmod 600 ~/.netrc`
}

// CI are the parts of three build systems' files. Where the site asks for a
// password, the secrets GOPROXY_USER and GOPROXY_PASSWORD must be there.
func (g *Guide) CI() string {
	var b strings.Builder
	if g.Password {
		b.WriteString("# Keep the user and the password as the secrets GOPROXY_USER and GOPROXY_PASSWORD.\n\n")
	}
	b.WriteString("# GitHub Actions, .github/workflows/*.yaml\n")
	g.gitHubToken(&b)
	b.WriteString("env:\n")
	for _, s := range g.Settings {
		fmt.Fprintf(&b, "  %s: %s\n", s.Name, quote.GitHubActions(g.gitHubValue(s)))
	}
	if g.Password {
		fmt.Fprintf(&b, "# and before the first go command, under steps:\n- run: |\n    %s\n  env:\n"+
			"    GOPROXY_USER: ${{ secrets.GOPROXY_USER }}\n    GOPROXY_PASSWORD: ${{ secrets.GOPROXY_PASSWORD }}\n", g.netrcLine())
	}
	b.WriteString("\n# GitLab CI, .gitlab-ci.yml\n")
	g.gitLabToken(&b)
	b.WriteString("variables:\n")
	g.lines(&b, "  %s: %s", quote.GitLabCI)
	if g.Password {
		fmt.Fprintf(&b, "before_script:\n- |\n  %s\n", g.netrcLine())
	}
	b.WriteString("\n# Azure Pipelines, azure-pipelines.yml\nvariables:\n")
	g.lines(&b, "  %s: %s", quote.AzurePipelines)
	if g.Password {
		fmt.Fprintf(&b, "# and before the first go command, under steps:\n- bash: |\n    %s\n  env:\n"+
			"    GOPROXY_USER: $(GOPROXY_USER)\n    GOPROXY_PASSWORD: $(GOPROXY_PASSWORD)\n", g.netrcLine())
	}
	g.azureToken(&b)
	return b.String()
}

// lines writes a line for each setting, of its name and its value, as its reader
// takes a value.
func (g *Guide) lines(b *strings.Builder, line string, value func(string) string) {
	for _, s := range g.Settings {
		fmt.Fprintf(b, line+"\n", s.Name, value(s.Value))
	}
}

// Dockerfile are the lines of an image's build.
func (g *Guide) Dockerfile() string {
	var b strings.Builder
	b.WriteString("# In a stage that only builds: an ENV stays in the image.\n")
	g.lines(&b, "ENV %s=%s", quote.Dockerfile)
	b.WriteString("COPY go.mod go.sum ./\n")
	switch {
	case len(g.tokens) > 0:
		b.WriteString("# docker build --secret id=goproxy,env=" + tokenVar + " . keeps the token out of the image.\n" +
			"RUN --mount=type=secret,id=goproxy " + tokenVar + "=\"$(cat /run/secrets/goproxy)\" go mod download\n")
	case g.Password:
		b.WriteString("# docker build --secret id=netrc,src=$HOME/.netrc . keeps the password out of the image.\n" +
			"RUN --mount=type=secret,id=netrc,target=/root/.netrc go mod download\n")
	default:
		b.WriteString("RUN go mod download\n")
	}
	return b.String()
}
