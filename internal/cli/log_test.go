package cli_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/cli"
)

func TestLogHoldsNothingUnseen(t *testing.T) {
	var out bytes.Buffer
	slog.New(slog.NewJSONHandler(&out, cli.LogOptions(slog.LevelInfo))).Warn("failed", "path", "/a\u202eb\u200b\n√", "n", 3)
	if strings.ContainsAny(out.String(), "\u202e\u200b") || strings.Count(out.String(), "\n") != 1 {
		t.Errorf("printed raw: %q", out.String())
	}
	var line struct{ Path string }
	if err := json.Unmarshal(out.Bytes(), &line); err != nil || line.Path != `/a\u202eb\u200b\n√` {
		t.Errorf("%v: %q", err, line.Path)
	}
}
