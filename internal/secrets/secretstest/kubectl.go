// Package secretstest holds command lines that create Secrets against the sites
// that they are for.
package secretstest

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/internal/secrets"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// Created is a Secret that a command line creates.
type Created struct {
	Namespace, Name string
	// Keys that it gets, sorted.
	Keys []string
}

// Parse reads the words of a command line, without kubectl itself. False for
// one that creates no Secret.
func Parse(args []string) (c Created, ok bool) {
	if len(args) < 4 || args[0] != "create" || args[1] != "secret" {
		return c, false
	}
	c.Namespace, c.Name = "default", args[3]
	switch args[2] {
	case "tls":
		c.Keys = []string{"tls.crt", "tls.key"}
	case "docker-registry":
		c.Keys = []string{".dockerconfigjson"}
	}
	for i, arg := range args {
		flag, value, joined := strings.Cut(arg, "=")
		if !joined && i+1 < len(args) {
			value = args[i+1]
		}
		key, _, named := strings.Cut(value, "=")
		switch flag {
		case "-n", "--namespace":
			c.Namespace = value
		case "--from-literal":
			c.Keys = append(c.Keys, key)
		case "--from-file":
			if !named {
				key = path.Base(value)
			}
			c.Keys = append(c.Keys, key)
		}
	}
	slices.Sort(c.Keys)
	return c, true
}

// Against says what is wrong with a Secret for the sites that it may be for;
// empty if one of them has it made by hand with these keys.
func (c *Created) Against(sites []*v1alpha1.AthensSite) string {
	var wanted []string
	for _, site := range sites {
		for _, s := range secrets.Of(site) {
			if s.Namespace != c.Namespace || s.Name != c.Name {
				continue
			}
			keys := s.Keys()
			if s.Type == "docker-registry" {
				keys = []string{".dockerconfigjson"}
			}
			slices.Sort(keys)
			switch {
			case s.By != secrets.NoController:
				wanted = append(wanted, "is made by "+string(s.By))
			case slices.Equal(keys, c.Keys):
				return ""
			default:
				wanted = append(wanted, fmt.Sprintf("must hold %q", keys))
			}
		}
	}
	if wanted == nil {
		wanted = []string{"is read by no site"}
	}
	return fmt.Sprintf("%s/%s with %q: %s", c.Namespace, c.Name, c.Keys, strings.Join(wanted, "; "))
}
