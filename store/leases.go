package store

import "context"

// ReleaseLeases ends every lease. Only one process can own a data folder, so
// at its start whatever is leased belongs to a process that is gone, and need
// not wait until the lease runs out.
func (s *Store) ReleaseLeases(ctx context.Context) error {
	return s.Update(ctx, func(tx *Tx) error {
		if _, err := tx.exec(ctx, "release source leases", `UPDATE sources SET lease_until = 0, lease_owner = '' WHERE lease_until <> 0`); err != nil {
			return err
		}
		_, err := tx.exec(ctx, "release delivery leases", `UPDATE deliveries SET lease_until = 0 WHERE lease_until <> 0`)
		return err
	})
}
