// Reads texts as kubectl and istioctl read files: one JSON line {"text": "..."} each from standard input, one JSON line
// {"documents": [...], "error": "..."} each to standard output.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"

	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
)

type question struct {
	Text string `json:"text"`
}

type answer struct {
	Documents []json.RawMessage `json:"documents"`
	Error     string            `json:"error,omitempty"`
}

func main() {
	in := json.NewDecoder(bufio.NewReader(os.Stdin))
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for {
		var asked question
		if err := in.Decode(&asked); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			panic(err)
		}
		if err := out.Encode(read(asked.Text)); err != nil {
			panic(err)
		}
	}
}

func read(text string) (found answer) {
	found.Documents = []json.RawMessage{}
	defer func() {
		if fault := recover(); fault != nil {
			found.Error = "panic"
		}
	}()
	decoder := utilyaml.NewYAMLOrJSONDecoder(strings.NewReader(text), 4096)
	for {
		var document json.RawMessage
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			found.Error = err.Error()
			return found
		}
		found.Documents = append(found.Documents, document)
	}
}
