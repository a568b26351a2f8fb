// Package athens holds what a site gives to Athens against Athens' own code: its
// matcher of module patterns, its download file, its filter, its index in MySQL.
// It needs Athens, hence a module of its own.
package athens
