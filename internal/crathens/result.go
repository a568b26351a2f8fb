package crathens

// Result is what became of a version, a module or a catalog.
type Result struct {
	// What is module@version, a module's path, or a URL without credentials.
	What string `json:"what"`

	// Result is warmed, planned (in a dry run), skipped, gone or failed.
	Result string `json:"result"`

	// Reason is empty for what was warmed.
	Reason string `json:"reason,omitempty"`
}

// record hands a result to Config.Record. Versions that are stored already are
// none: there may be millions.
func (c *Crawler) record(what, result, reason string) {
	if c.cfg.Record != nil {
		c.cfg.Record(Result{what, result, reason})
	}
}

// skip notes a version, or a module, that is not warmed on purpose.
func (c *Crawler) skip(what, reason string) {
	c.cfg.Log.Debug("skipped", "what", what, "reason", reason)
	c.count.skipped.Add(1)
	c.record(what, "skipped", reason)
}
