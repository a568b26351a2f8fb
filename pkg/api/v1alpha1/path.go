package v1alpha1

import "github.com/gomods/athens-kfn/pkg/problem"

// The rules' words for paths and for names that are not known.

func child(path, key string) string { return problem.Child(path, key) }

func item(path string, i int) string { return problem.Item(path, i) }

func nearest(name string, known []string) (string, bool) { return problem.Nearest(name, known) }

func orList(words []string) string { return problem.OrList(words) }
