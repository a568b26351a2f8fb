// Package importer makes an AthensSite of what runs: the objects around one
// Athens go in, and out come a site and a report of each part of them, which
// comes from rendering that site.
package importer

// Line says what became of one part of what runs.
type Line struct {
	// Verdict is one of Differs, LeftOut, YoursToDo and Same.
	Verdict string
	// Key is the part: a setting, a field of an object, an object.
	Key string
	// Text is what it became and why, or what is to do.
	Text string
	// Matters makes the result fail: storage, credentials, host, lock, who may
	// reach the site, or a part that could not be read.
	Matters bool
}

// Options are what the objects do not say.
type Options struct {
	// Name and Namespace of the site; empty for those of the source.
	Name, Namespace string
	// Host of the site; empty for the first that leads to Athens.
	Host string
	// Mesh is the mode: v1alpha1.MeshSidecar or v1alpha1.MeshNone.
	Mesh string
	// Workload picks one of several, as NAME, KIND/NAME or NAMESPACE/NAME.
	Workload string
	// Plan asks for the order of the move, see Result.Plan.
	Plan bool
}
