// Package browser tests the page of athens-kfn graph -o html in headless
// Chromium: from a file, without a network, with the mouse and the keyboard.
package browser
