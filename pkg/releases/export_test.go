package releases

// Settings is the table, for tests outside of the package.
var Settings = settings[:]
