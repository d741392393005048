package store

// Store is an open data folder. It is safe for concurrent use. Its methods
// other than Update, the leases and the upkeep only read.
type Store struct {
	queries
}

// Tx is a write transaction. It must not be used after its function returned,
// nor by several goroutines.
type Tx struct {
	queries
}

type queries struct{}
