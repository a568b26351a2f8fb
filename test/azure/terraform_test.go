package azure_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	hcljson "github.com/hashicorp/hcl/v2/json"
)

// TestParser reads our JSON with the parser that Terraform has, and every
// reference in it as an expression.
func TestParser(t *testing.T) {
	for _, file := range goldens(t) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		parsed, problems := hcljson.Parse(text, file)
		if problems.HasErrors() {
			t.Errorf("%s: %s", file, problems)
			continue
		}
		body, problems := parsed.Body.Content(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{
			{Type: "terraform"}, {Type: "resource", LabelNames: []string{"type", "name"}}, {Type: "output", LabelNames: []string{"name"}},
		}})
		if problems.HasErrors() {
			t.Errorf("%s: %s", file, problems)
			continue
		}
		made := map[string]bool{}
		for _, b := range body.Blocks.OfType("resource") {
			made[b.Labels[0]+"."+b.Labels[1]] = true
		}
		for _, b := range append(body.Blocks.OfType("resource"), body.Blocks.OfType("output")...) {
			attributes, _ := b.Body.JustAttributes()
			for name, a := range attributes {
				for _, v := range a.Expr.Variables() {
					if len(v) < 2 {
						t.Errorf("%s: %v %s: not a reference", file, b.Labels, name)
						continue
					}
					if to := v.RootName() + "." + v[1].(hcl.TraverseAttr).Name; !made[to] {
						t.Errorf("%s: %v %s refers to %s, which is not there", file, b.Labels, name, to)
					}
				}
			}
		}
	}
}

// TestProgram lets the terraform program read our JSON, where it is present.
// Only the provider could say more, and it is not.
func TestProgram(t *testing.T) {
	program, err := exec.LookPath("terraform")
	if err != nil {
		t.Skip("no terraform here")
	}
	for _, file := range goldens(t) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "site.tf.json"), text, 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(program, "-chdir="+dir, "providers")
		cmd.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_DATA_DIR="+t.TempDir())
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "hashicorp/azurerm] ~> 5.2") {
			t.Errorf("%s: %v\n%s", file, err, out)
		}
	}
}

func goldens(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../testdata/terraform/*.tf.json")
	if err != nil || len(files) < 2 {
		t.Fatalf("%d goldens: %v", len(files), err)
	}
	return files
}
