// Package readers holds what a site gives to programs of others against their
// own code: the OpenTelemetry Collector's factories and configuration, as its
// distribution has them. They need the collector, hence a module of its own; it
// links only the components that a site uses.
package readers
