package v1alpha1

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// sqlDriver is what Athens' driver of a database calls things.
type sqlDriver struct {
	// fields are parameters that a field of the spec says, by their names.
	fields map[string]string
	// mode is the parameter that says how much TLS there is.
	mode string
	// modes are its values, of which the verifying ones verify the certificate, and
	// the plain ones may leave the connection in plain text.
	modes, verifying, plain []string
	// values are the rules of other parameters, by their names.
	values map[string]func(string) string
	// marks that a value may have beside letters and digits.
	marks string
}

// The parameters of github.com/lib/pq (connector.go at v1.12.3) and of
// github.com/go-sql-driver/mysql (dsn.go at v1.9.3), as Athens v0.18.0 has them.
var (
	postgresDriver = sqlDriver{
		fields: map[string]string{
			"host": "host", "hostaddr": "host", "port": "port", "dbname": "database", "user": "credentials", "password": "credentials", "passfile": "credentials",
			"sslrootcert": "tls.caRef", "sslcert": "tls.clientCertificate", "sslkey": "tls.clientCertificate", "sslinline": "tls", "sslpassword": "tls.clientCertificate",
		},
		mode:  "sslmode",
		modes: []string{"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}, verifying: []string{"verify-ca", "verify-full"}, plain: []string{"disable", "allow", "prefer"},
		values: map[string]func(string) string{"connect_timeout": wholeSeconds},
		marks:  "_-./+",
	}
	mysqlDriver = sqlDriver{
		fields: map[string]string{
			"host": "host", "addr": "host", "net": "host", "protocol": "host", "port": "port", "database": "database", "dbname": "database",
			"user": "credentials", "username": "credentials", "passwd": "credentials", "password": "credentials",
			"serverPubKey": "tls", "allowFallbackToPlaintext": "tls",
		},
		mode:  "tls",
		modes: []string{"false", "preferred", "skip-verify", "true"}, verifying: []string{"true"}, plain: []string{"false", "preferred"},
		values: map[string]func(string) string{
			"timeout": goDuration, "readTimeout": goDuration, "writeTimeout": goDuration, "timeTruncate": goDuration,
			"parseTime": func(s string) string {
				if s == "true" {
					return ""
				}
				return quote.Sprintf("%q keeps Athens from reading the times of its index, so every request for it fails; remove it", s)
			},
			"allowAllFiles": func(string) string {
				return "lets the server read every file of Athens' pod; remove it"
			},
			"allowCleartextPasswords": trueOrFalse, "allowNativePasswords": trueOrFalse, "allowOldPasswords": trueOrFalse, "checkConnLiveness": trueOrFalse, "clientFoundRows": trueOrFalse,
			"columnsWithAlias": trueOrFalse, "compress": trueOrFalse, "interpolateParams": trueOrFalse, "multiStatements": trueOrFalse, "rejectReadOnly": trueOrFalse,
			"maxAllowedPacket": wholeNumber, "charset": nil, "collation": nil, "connectionAttributes": nil, "loc": nil, "tls": nil,
		},
		marks: "_-./+'",
	}
)

// Plain is the database whose connection may be in plain text, and the parameter
// that lets it be so; nil if there is none.
func (i *Index) Plain() (s *SQLIndex, name, value string) {
	for _, db := range []struct {
		sql    *SQLIndex
		driver *sqlDriver
	}{{i.MySQL, &mysqlDriver}, {i.Postgres, &postgresDriver}} {
		if db.sql != nil && slices.Contains(db.driver.plain, db.sql.Parameters[db.driver.mode]) {
			return db.sql, db.driver.mode, db.sql.Parameters[db.driver.mode]
		}
	}
	return nil, "", ""
}

// parameters checks those of a connection. Athens takes them as name:value, with
// commas between them, and hands them to the driver in a text of its own.
func (r *rules) parameters(path string, s *SQLIndex, d sqlDriver) {
	for _, name := range slices.Sorted(maps.Keys(s.Parameters)) {
		value, at := s.Parameters[name], child(path, name)
		field, known := d.find(name)
		switch {
		case name == "" || len(name) > 63 || !inSet(name, alphabet+digits+"_"):
			r.add(path, "%q is not the name of a parameter; write letters, digits and underscores, as in connect_timeout", name)
		case field != "":
			r.add(at, "is what the field %s sets; write that", field)
		case known != name:
			r.add(at, "is not a parameter of Athens' driver, which compares capitals too; write %s", known)
		case value == "" || len(value) > 253 || !inSet(value, alphabet+digits+d.marks):
			r.add(at, "%q is not a value that Athens can pass on; write letters, digits and any of %s", value, d.marks)
		case name == d.mode && !slices.Contains(d.modes, value):
			r.add(at, "%q is not a choice of %s; write %s", value, name, orList(d.modes))
		case name == d.mode && s.TLS != nil && !slices.Contains(d.verifying, value):
			r.add(at, "%q contradicts tls, which verifies the server's certificate; write %s, or remove one of the two", value, orList(d.verifying))
		case name == "allowCleartextPasswords" && value == "true" && s.TLS == nil:
			r.add(at, "sends the password as it is to a server whose certificate nothing verifies; write tls: {} too, or remove it")
		case d.values[name] != nil:
			r.check(at, d.values[name](value))
		}
	}
}

// find is the field in place of a parameter, or the parameter in the driver's own
// capitals. Any other is the server's, which may know it.
func (d *sqlDriver) find(name string) (field, known string) {
	for _, f := range sortedKeys(d.fields) {
		if strings.EqualFold(f, name) {
			return d.fields[f], f
		}
	}
	for _, v := range slices.Sorted(maps.Keys(d.values)) {
		if strings.EqualFold(v, name) {
			return "", v
		}
	}
	return "", name
}

func trueOrFalse(s string) string {
	if s != "true" && s != "false" {
		return quote.Sprintf("%q is not a choice; write true or false", s)
	}
	return ""
}

func wholeNumber(s string) string {
	if len(s) > 9 || !inSet(s, digits) {
		return quote.Sprintf("%q is not a number, and Athens would not start; write digits alone, as in 1048576", s)
	}
	return ""
}

func wholeSeconds(s string) string {
	if len(s) > 9 || !inSet(s, digits) {
		return quote.Sprintf("%q is not a number of seconds, and Athens would not start; write digits alone, as in 30", s)
	}
	return ""
}

func goDuration(s string) string {
	if d, err := time.ParseDuration(s); err != nil || d < 0 {
		return quote.Sprintf("%q is not a duration with a unit, and Athens would not start; write one, as in 30s", s)
	}
	return ""
}
