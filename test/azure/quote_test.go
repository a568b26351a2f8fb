package azure_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	hcljson "github.com/hashicorp/hcl/v2/json"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/quote/quotetest"
)

// TestQuoteTerraform evaluates strings of the JSON syntax as Terraform does,
// with no variable and no function to be had.
func TestQuoteTerraform(t *testing.T) {
	for _, s := range quotetest.All {
		s = strings.TrimPrefix(s, "\ufeff") // which HCL takes off
		text, err := json.Marshal(map[string]string{"a": quote.Terraform(s)})
		if err != nil {
			t.Fatal(err)
		}
		file, problems := hcljson.Parse(text, "a.tf.json")
		if problems.HasErrors() {
			t.Errorf("%q: %s", s, problems)
			continue
		}
		attributes, _ := file.Body.JustAttributes()
		v, problems := attributes["a"].Expr.Value(&hcl.EvalContext{})
		if problems.HasErrors() || v.AsString() != s {
			t.Errorf("%q: %s is read as %#v, %v", s, text, v, problems)
		}
	}
}

// TestQuoteHCL does the same in HCL's native syntax, which Athens reads.
func TestQuoteHCL(t *testing.T) {
	for _, s := range quotetest.All {
		expression, problems := hclsyntax.ParseExpression([]byte(quote.HCL(s)), "a.hcl", hcl.InitialPos)
		if problems.HasErrors() {
			t.Errorf("%q: %s", s, problems)
			continue
		}
		v, problems := expression.Value(&hcl.EvalContext{})
		if problems.HasErrors() || v.AsString() != s {
			t.Errorf("%q: %s is read as %#v, %v", s, quote.HCL(s), v, problems)
		}
	}
}
