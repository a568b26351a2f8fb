//go:build race

package main

// raceDetector tells that memory is not the program's own: the detector keeps
// several bytes of shadow for each.
const raceDetector = true
