package krm

import (
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/pkg/tree"
)

func TestJSONDocuments_NestAsDeepAsMaxDepth(t *testing.T) {
	nested := func(depth int) []byte { return []byte(strings.Repeat("[", depth) + strings.Repeat("]", depth)) }
	if docs, err := JSONDocuments(nested(tree.MaxDepth)); err != nil || len(docs) != 1 {
		t.Errorf("at the bound: %d documents, %v", len(docs), err)
	}
	if _, err := JSONDocuments(nested(tree.MaxDepth + 1)); err == nil || !strings.Contains(err.Error(), "nests deeper than 1000") {
		t.Errorf("past the bound: %v", err)
	}
}
