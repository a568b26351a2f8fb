package v1alpha1

// Moved are what became of the fields that AthensSite had before its first
// release, by their old paths with [] for an index. They are not read: the
// strict reader answers with these words. The row of a section covers all fields
// below it; a field below it has a row of its own where its name has changed too.
func (*AthensSite) Moved() map[string]string {
	return map[string]string{
		// "spec.old": "has moved to spec.new.place: write {name: NAME}",
	}
}
