package cli

import (
	"log/slog"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// LogOptions are those of a JSON log that a terminal can show: slog escapes
// control characters, but not marks that turn the direction of writing.
func LogOptions(level slog.Leveler) *slog.HandlerOptions {
	return &slog.HandlerOptions{Level: level, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Value.Kind() == slog.KindString {
			a.Value = slog.StringValue(quote.Text(a.Value.String()))
		}
		return a
	}}
}
