package v1alpha1

// Index is where Athens records when each version was stored; exactly one key.
//
// +kubebuilder:validation:MinProperties=1
// +kubebuilder:validation:MaxProperties=1
type Index struct {
	// Memory keeps the index in the process; one replica only.
	// +optional
	Memory *Empty `json:"memory,omitempty"`
	// MySQL keeps the index in a MySQL or MariaDB database.
	// +optional
	MySQL *SQLIndex `json:"mysql,omitempty"`
	// Postgres keeps the index in a PostgreSQL database.
	// +optional
	Postgres *SQLIndex `json:"postgres,omitempty"`
}

// SQLIndex is an index in a database.
type SQLIndex struct {
	// Host of the database. Required.
	Host string `json:"host"`
	// Port of the database. Default: 3306 for mysql, 5432 for postgres.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	// +optional
	Port int32 `json:"port,omitempty"`
	// Database is its name. Default: athens.
	// +optional
	Database string `json:"database,omitempty"`
	// TLS connects to the server with TLS, and verifies its certificate and its
	// name. caRef and clientCertificate are refused for mysql, because Athens has
	// no settings for them with it; its authorities go in trust.caCertificates.
	// serverName is refused for both. Default: none, which encrypts without
	// verifying where the server is outside the cluster, and inside encrypts
	// with mysql if the server can.
	// +optional
	TLS *TLS `json:"tls,omitempty"`
	// Parameters of the connection, by the names of Athens' driver
	// (github.com/lib/pq, github.com/go-sql-driver/mysql), as in
	// {connect_timeout: "10"}. They count before those that the site writes.
	// Default: connect_timeout and sslmode for postgres; parseTime, timeout,
	// sql_mode and tls for mysql.
	// +optional
	Parameters map[string]string `json:"parameters,omitempty"`
	// Credentials of the database's user. Required.
	Credentials UserCredentials `json:"credentials"`
}
