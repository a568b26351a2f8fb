// Package hostile holds the test of all text fields: text that some language
// would run goes into each of them, one by one.
package hostile
