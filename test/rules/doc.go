// Package rules holds the alerts and the dashboard against Prometheus' own
// code: every expression is parsed, every alert is shown series on which it
// must fire and series on which it must not, and every metric that is asked for
// exists in the program that is said to have it. It needs Prometheus, hence a
// module of its own.
package rules
