package v1alpha1

import (
	"maps"
	"slices"
	"strings"
)

// index checks the record of what was stored when.
func (r *rules) index() {
	const path = "spec.athens.index"
	i := r.spec.Athens.Index
	if i == nil {
		return
	}
	if i.Memory != nil && r.spec.Athens.MaxReplicas() > 1 && r.sound("spec.athens.replicas", "spec.athens.autoscaling.maxReplicas") {
		r.add(child(path, "memory"), "is kept by each replica for itself, so %d replicas would answer differently; write mysql or postgres, or athens.replicas: 1 without autoscaling", r.spec.Athens.MaxReplicas())
	}
	for _, db := range []struct {
		name   string
		sql    *SQLIndex
		driver sqlDriver
	}{{"mysql", i.MySQL, mysqlDriver}, {"postgres", i.Postgres, postgresDriver}} {
		if db.sql == nil {
			continue
		}
		at := child(path, db.name)
		if strings.Contains(db.sql.Host, ":") {
			r.add(child(at, "host"), "%q holds a port or a scheme; write the host alone, and the port as port", db.sql.Host)
		} else {
			r.check(child(at, "host"), hostName(db.sql.Host))
		}
		r.port(child(at, "port"), db.sql.Port)
		r.check(child(at, "database"), databaseName(db.sql.Database, "database", "athens"))
		r.user(child(at, "credentials"), &db.sql.Credentials)
		r.parameters(child(at, "parameters"), db.sql, db.driver)
	}
	if i.MySQL != nil {
		r.tls(path+".mysql.tls", i.MySQL.TLS, noOwnTLS("MySQL"))
	}
	if i.Postgres != nil {
		r.tls(path+".postgres.tls", i.Postgres.TLS, tlsParts{serverName: noOwnTLS("PostgreSQL").serverName})
	}
}

// sqlDriver is what Athens' driver of a database calls things.
type sqlDriver struct {
	// fields are parameters that a field of the spec says, by their names.
	fields map[string]string
	// mode is the parameter that says how much TLS there is.
	mode string
	// verifying are the values of mode that verify the certificate.
	verifying []string
	// marks that a value may have beside letters and digits.
	marks string
}

// The parameters of github.com/lib/pq (its doc.go and connector.go) and of
// github.com/go-sql-driver/mysql (its dsn.go), in the releases that Athens v0.18.0
// has.
var (
	postgresDriver = sqlDriver{map[string]string{
		"host": "host", "hostaddr": "host", "port": "port", "dbname": "database", "user": "credentials", "password": "credentials", "passfile": "credentials",
		"sslrootcert": "tls.caRef", "sslcert": "tls.clientCertificate", "sslkey": "tls.clientCertificate", "sslinline": "tls", "sslpassword": "tls.clientCertificate",
	}, "sslmode", []string{"verify-ca", "verify-full"}, "_-./+"}
	mysqlDriver = sqlDriver{map[string]string{
		"serverPubKey": "tls", "allowFallbackToPlaintext": "tls",
	}, "tls", []string{"true"}, "_-./+'"}
)

// parameters checks those of a connection. Athens takes them as name:value, with
// commas between them, and hands them to the driver in a text of its own.
func (r *rules) parameters(path string, s *SQLIndex, d sqlDriver) {
	for _, name := range slices.Sorted(maps.Keys(s.Parameters)) {
		value, at := s.Parameters[name], child(path, name)
		switch field := d.fields[name]; {
		case name == "" || len(name) > 63 || !inSet(name, alphabet+digits+"_"):
			r.add(path, "%q is not the name of a parameter; write letters, digits and underscores, as in connect_timeout", name)
		case field != "":
			r.add(at, "is what the field %s sets; write that", field)
		case value == "" || len(value) > 253 || !inSet(value, alphabet+digits+d.marks):
			r.add(at, "%q is not a value that Athens can pass on; write letters, digits and any of %s", value, d.marks)
		case name == d.mode && s.TLS != nil && !slices.Contains(d.verifying, value):
			r.add(at, "%q contradicts tls, which verifies the server's certificate; write %s, or remove one of the two", value, orList(d.verifying))
		}
	}
}
