package main

import (
	"os"

	"github.com/urfave/cli/v3"

	"github.com/gomods/athens-kfn/internal/limitsfile"
	"github.com/gomods/athens-kfn/pkg/limits"
)

// machineLimits is the file with the limits of this machine; a test has its own.
var machineLimits = limits.File

// limitsOf are the limits of this machine, and those of a flag if it is given.
func limitsOf(flag string) (limits.Set, error) {
	return limitsfile.Read(machineLimits, os.Getenv(limits.Variable), flag)
}

func limitsFlag() cli.Flag {
	return &cli.StringFlag{Name: "limits", Usage: "refuse what the AthensLimits in `FILE` do not allow, beside those of " + limits.File, TakesFile: true}
}
