package problem

// Unused is a part of a configuration that means nothing, because another field
// switches it off: what is written there is a mistake.
type Unused struct {
	// Path of the field.
	Path string
	// Except are the keys below it that keep their meaning. With them, each other
	// key is a mistake of its own.
	Except []string
	// Message says why, and what to write instead.
	Message string
}
