package importer

func (m *mapping) plan(*Result) string { return "" }
