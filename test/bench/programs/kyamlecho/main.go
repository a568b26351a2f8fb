// Command kyamlecho reads YAML with kyaml and writes it again.
package main

import (
	"os"

	"sigs.k8s.io/kustomize/kyaml/kio"
)

func main() {
	err := kio.Pipeline{
		Inputs:  []kio.Reader{&kio.ByteReader{Reader: os.Stdin}},
		Outputs: []kio.Writer{kio.ByteWriter{Writer: os.Stdout}},
	}.Execute()
	if err != nil {
		panic(err)
	}
}
