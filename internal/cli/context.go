package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// Context ends with SIGINT or SIGTERM. The second signal ends the program at once.
func Context() context.Context {
	ctx, release := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, release)
	return ctx
}
