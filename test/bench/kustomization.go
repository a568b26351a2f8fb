package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// builds are the ways to the same manifests through kustomize.
type builds struct {
	function, plain, answer, echo command
}

// kustomizations writes them below dir.
func kustomizations(p programs, dir string, site *yaml.RNode) (builds, error) {
	bin := filepath.Dir(p.function)
	build := func(name string) command {
		return command{path: bin, argv: []string{p.kustomize, "build",
			"--enable-alpha-plugins", "--enable-exec", filepath.Join(dir, name)}}
	}
	b := builds{build("function"), build("plain"), build("answer"), build("echo")}
	b.echo.silent = true // kustomize drops the function's config, all that an echo has

	for name, program := range map[string]string{"function": "athens-kfn", "answer": "answer", "echo": "bytecopy"} {
		s := site.Copy()
		annotation := yaml.SetAnnotation("config.kubernetes.io/function", "exec:\n  path: "+program+"\n")
		if err := s.PipeE(annotation); err != nil {
			return b, err
		}
		err := write(filepath.Join(dir, name), map[string]string{
			"kustomization.yaml": "generators:\n- site.yaml\n", "site.yaml": s.MustString()})
		if err != nil {
			return b, err
		}
	}

	made, _, err := b.function.run()
	if err != nil {
		return b, err
	}
	if err := plainFiles(filepath.Join(dir, "plain"), made); err != nil {
		return b, err
	}
	again, _, err := b.plain.run()
	if err != nil {
		return b, err
	}
	if !bytes.Equal(made, again) {
		return b, errors.New("kustomize build of the plain files gives other manifests than with the function")
	}
	answer := filepath.Join(dir, "answer.yaml")
	if err := os.WriteFile(answer, made, 0o600); err != nil {
		return b, err
	}
	return b, goBuild(".", filepath.Join(bin, "answer"), "-X main.file="+answer, "./programs/answer")
}

// plainFiles writes one file per manifest and a kustomization that lists them.
func plainFiles(dir string, manifests []byte) error {
	reader := kio.ByteReader{Reader: bytes.NewReader(manifests), OmitReaderAnnotations: true}
	nodes, err := reader.Read()
	if err != nil {
		return err
	}
	files := map[string]string{}
	var list strings.Builder
	list.WriteString("resources:\n")
	for i, node := range nodes {
		name := fmt.Sprintf("%02d-%s-%s.yaml", i, strings.ToLower(node.GetKind()), node.GetName())
		files[name] = node.MustString()
		list.WriteString("- " + name + "\n")
	}
	files["kustomization.yaml"] = list.String()
	return write(dir, files)
}

func write(dir string, files map[string]string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			return err
		}
	}
	return nil
}
