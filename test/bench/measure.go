package main

import (
	"os"
	"path/filepath"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// measurement is what every part of the table needs.
type measurement struct {
	programs
	dir  string
	site *yaml.RNode
	runs int
}

// fewer runs for commands that take seconds.
func (m measurement) fewer() int { return max(1, m.runs/3) }

// oneSite is the whole process for a production site, beside a copy of the
// same bytes.
func (m measurement) oneSite() ([]row, error) {
	input, err := resourceList([]*yaml.RNode{m.site})
	if err != nil {
		return nil, err
	}
	times, err := alternate(m.runs,
		command{argv: []string{m.function}, stdin: input},
		command{argv: []string{m.byteCopy}, stdin: input})
	if err != nil {
		return nil, err
	}
	return []row{bounded("one production site, whole process", 4, "byte copy", times[0], times[1])}, nil
}

// everyRequest is what all requests to a production site come to, beside one
// render of it.
func (m measurement) everyRequest() ([]row, error) {
	text, err := m.site.String()
	if err != nil {
		return nil, err
	}
	file := filepath.Join(m.dir, "every-request.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return nil, err
	}
	times, err := alternate(m.runs,
		command{argv: []string{m.function, "prove", "--all", file}},
		command{argv: []string{m.function, "render", file}})
	if err != nil {
		return nil, err
	}
	return []row{bounded("`prove --all` of one production site, beside one `render`", 0, "", times[0], times[1])}, nil
}

// inKustomize is a build with the function, beside a build of what it made,
// and beside the two simplest plugins there are.
func (m measurement) inKustomize() ([]row, error) {
	b, err := kustomizations(m.programs, m.dir, m.site)
	if err != nil {
		return nil, err
	}
	times, err := alternate(m.runs, b.function, b.plain, b.answer, b.echo)
	if err != nil {
		return nil, err
	}
	return []row{
		bounded("`kustomize build` with the function", 1.65, "plain files", times[0], times[1]),
		bounded("beside it: a plugin that prints a prepared answer", 0, "", times[2], times[1]),
		bounded("beside it: a plugin that echoes its input", 0, "", times[3], times[1]),
	}, nil
}

// mostMemory in MiB is what a thousand sites may take at their peak: Argo CD's
// sidecar runs the program for all Applications at once.
const mostMemory = 150

// manySites shows that time grows with the number of sites, and no faster, and
// that memory does not.
func (m measurement) manySites() ([]row, error) {
	counts := []int{10, 1000}
	var commands []command
	var memory []float64
	for _, n := range counts {
		all, err := sites(m.site, n)
		if err != nil {
			return nil, err
		}
		input, err := resourceList(all)
		if err != nil {
			return nil, err
		}
		c := command{argv: []string{m.function}, stdin: input}
		peak, err := c.peakMemory(m.peak, m.dir)
		if err != nil {
			return nil, err
		}
		commands, memory = append(commands, c), append(memory, peak)
	}
	times, err := alternate(m.fewer(), commands...)
	if err != nil {
		return nil, err
	}
	perSite := []series{times[0].over(counts[0]), times[1].over(counts[1])}
	few := timed("10 sites in one ResourceList, time per site", perSite[0])
	many := bounded("1,000 sites in one ResourceList, time per site", 1, "10 sites", perSite[1], perSite[0])
	few.memory = mib(memory[0])
	many = many.within(memory[1], mostMemory)
	return []row{few, many}, nil
}

// passThrough is a site among 10,000 manifests of others, beside kyaml, which
// reads and writes the same manifests as a stream of documents.
func (m measurement) passThrough() ([]row, error) {
	items, err := foreign(10_000)
	if err != nil {
		return nil, err
	}
	items = append(items, m.site)
	list, err := resourceList(items)
	if err != nil {
		return nil, err
	}
	documents, err := stream(items)
	if err != nil {
		return nil, err
	}
	commands := []command{
		{argv: []string{m.function}, stdin: list},
		{argv: []string{m.kyamlEcho}, stdin: documents},
		{argv: []string{m.kyamlEcho}, stdin: list},
	}
	times, err := alternate(m.fewer(), commands...)
	if err != nil {
		return nil, err
	}
	rows := []row{
		bounded("10,000 foreign resources and one site", 0.5, "kyaml by document", times[0], times[1]),
		timed("beside it: kyaml by document", times[1]),
		bounded("beside it: kyaml on the ResourceList", 0, "", times[2], times[1]),
	}
	for i, c := range commands {
		peak, err := c.peakMemory(m.peak, m.dir)
		if err != nil {
			return nil, err
		}
		rows[i].memory = mib(peak)
	}
	return rows, nil
}
