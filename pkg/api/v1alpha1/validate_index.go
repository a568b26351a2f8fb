package v1alpha1

import "strings"

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
