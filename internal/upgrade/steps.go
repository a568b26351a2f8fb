package upgrade

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/internal/client"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// Step is one thing to do.
type Step struct {
	// Text says what to do.
	Text string
	// Commands that do it; none where an editor does.
	Commands []string
}

// steps there and back.
func (p *Plan) steps(s *Site) {
	from := s.From
	if from.Region == "" && s.Now.Spec.Region == "" && len(s.Now.Spec.Regions) > 0 {
		regions := s.Now.Spec.Regions
		from.Region = regions[max(0, slices.IndexFunc(regions, func(r v1alpha1.Region) bool { return !ownVersion(&r) }))].Name
		p.note("The site has %d regions: do all steps in one, watch it for a day, then do the next. The commands are those of %s.", len(regions), from.Region)
	}
	render := from.Command("render")
	kubectl := "kubectl -n " + quote.Shell(s.Now.Namespace)
	deployment := quote.Shell("deployment/" + generators.Name(s.Now, generators.Athens))
	wait := kubectl + " rollout status " + deployment + " --timeout=10m"

	p.step("Keep the current manifests, for the rollback:", render+" > before.yaml")
	p.step(p.edit(s))
	p.step("Check the changes:", from.Command("check"), from.Command("diff", "before.yaml"), render+" | kubectl diff -f -")
	apply := []string{render + " | kubectl apply -f -", wait}
	if generators.Meshed(s.Now) || s.Now.Spec.Gateway.Exposed() {
		apply = append(apply, p.ask(s))
	}
	p.step("Apply it as the site is always applied (GitOps: merge), wait, and ask for a list:", apply...)
	p.step(fmt.Sprintf("If it fails, roll back, then write %s: %s again, so that the next apply does not repeat it:", s.Field, p.From),
		"kubectl apply -f before.yaml", wait)
}

// edit is what the spec has to say.
func (p *Plan) edit(s *Site) string {
	text := "In " + s.From.Path() + ", write " + s.Field + ": " + p.To
	image := s.Now.Spec.Athens.Image
	switch {
	case len(p.First) > 0:
		text += ", and make the changes listed above"
	case image == s.Then.Spec.Athens.Image && tagged(image, p.From):
		text += ", and spec.athens.image: " + retagged(s)
	case image == s.Then.Spec.Athens.Image:
		text += ", and an image of that release as spec.athens.image, which is " + image + " now"
	}
	return text + "."
}

// ask is one question that lathens and Athens answer.
func (p *Plan) ask(s *Site) string {
	words := []string{"curl -sS -o /dev/null -w '%{http_code}\\n'"}
	if s.Now.Spec.Athens.BasicAuth != nil {
		words = append(words, "--netrc")
	}
	return strings.Join(append(words, quote.Shell(client.URL(s.Now)+"/golang.org/x/text/@v/list")), " ")
}

func (p *Plan) step(text string, commands ...string) {
	p.Steps = append(p.Steps, Step{text, commands})
}
