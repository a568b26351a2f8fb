package main

// schema prints the schema of AthensSite.
func (c console) schema(args []string) int {
	return c.misuse("schema: not built in yet")
}
