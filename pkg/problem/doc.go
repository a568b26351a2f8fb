// Package problem is what is wrong with a configuration: problems with the path
// of a field and a message, the one grammar of those paths, and the words with
// which messages name what was meant.
package problem
