package problem

// Project is where this project is published.
const Project = "https://github.com/gomods/athens-kfn"

// Page is the address of a page of the documentation, as in howto/gateway.md,
// for a message: its reader may have no clone.
func Page(name string) string { return Project + "/blob/main/docs/" + name }
