package store

import (
	"context"
	"time"

	"github.com/xuanti/xuanti"
)

var errPending = xuanti.Errorf(xuanti.CodeInternal, "store: being built")

// Open opens.
func Open(ctx context.Context, o Options) (*Store, error) { return nil, errPending }
func (q *queries) Sources(ctx context.Context, f SourceFilter) ([]xuanti.Source, error) {
	return nil, errPending
}
func (q *queries) Source(ctx context.Context, id string) (xuanti.Source, error) {
	return xuanti.Source{}, errPending
}
func (q *queries) NextDue(ctx context.Context) (time.Time, bool, error) {
	return time.Time{}, false, errPending
}
func (q *queries) Item(ctx context.Context, id string) (xuanti.Item, error) {
	return xuanti.Item{}, errPending
}
func (q *queries) ItemByKey(ctx context.Context, key string) (xuanti.Item, error) {
	return xuanti.Item{}, errPending
}
func (q *queries) ItemsByID(ctx context.Context, ids []string) ([]xuanti.Item, error) {
	return nil, errPending
}
func (q *queries) SeenKeys(ctx context.Context, keys []string) (map[string]string, error) {
	return nil, errPending
}
func (q *queries) Items(ctx context.Context, f ItemFilter) (items []xuanti.Item, next string, err error) {
	return nil, "", errPending
}
func (q *queries) ItemsAfter(ctx context.Context, seq int64, limit int) ([]xuanti.Item, error) {
	return nil, errPending
}
func (q *queries) MaxSeq(ctx context.Context) (int64, error) { return 0, errPending }
func (q *queries) FingerprintsSince(ctx context.Context, since time.Time, fn func(FingerprintRow) error) error {
	return errPending
}
func (q *queries) ItemByHash(ctx context.Context, body, title uint64, since time.Time) (id string, ok bool, err error) {
	return "", false, errPending
}
func (q *queries) SnapshotAt(ctx context.Context, board string, at time.Time) (rows []BoardRow, snap SnapshotRow, err error) {
	return nil, SnapshotRow{}, errPending
}
func (q *queries) Snapshots(ctx context.Context, board string, from, to time.Time, limit int) ([]SnapshotRow, error) {
	return nil, errPending
}
func (q *queries) Observations(ctx context.Context, f ObservationFilter) ([]xuanti.Observation, error) {
	return nil, errPending
}
func (q *queries) Boards(ctx context.Context) ([]string, error) { return nil, errPending }
func (q *queries) Event(ctx context.Context, id string) (xuanti.Event, error) {
	return xuanti.Event{}, errPending
}
func (q *queries) Events(ctx context.Context, f EventFilter) ([]xuanti.Event, error) {
	return nil, errPending
}
func (q *queries) EventsAt(ctx context.Context, at time.Time, window time.Duration, limit int) ([]EventRow, error) {
	return nil, errPending
}
func (q *queries) EventPoints(ctx context.Context, eventIDs []string, from, to time.Time) ([]xuanti.EventPoint, error) {
	return nil, errPending
}
func (q *queries) Topic(ctx context.Context, id string) (xuanti.Topic, error) {
	return xuanti.Topic{}, errPending
}
func (q *queries) Topics(ctx context.Context, ids []string) ([]xuanti.Topic, error) {
	return nil, errPending
}
func (q *queries) Memberships(ctx context.Context, eventID string, until time.Time) ([]xuanti.Membership, error) {
	return nil, errPending
}
func (q *queries) Membership(ctx context.Context, itemID string) (xuanti.Membership, error) {
	return xuanti.Membership{}, errPending
}
func (q *queries) BurstsAt(ctx context.Context, at time.Time, limit int) ([]xuanti.Burst, error) {
	return nil, errPending
}
func (q *queries) BurstHistory(ctx context.Context, term string, from, to time.Time) ([]xuanti.Burst, error) {
	return nil, errPending
}
func (q *queries) Words(ctx context.Context, f WordFilter) ([]xuanti.Word, error) {
	return nil, errPending
}
func (q *queries) Accounts(ctx context.Context, group string) ([]xuanti.Account, error) {
	return nil, errPending
}
func (q *queries) Account(ctx context.Context, id string) (xuanti.Account, error) {
	return xuanti.Account{}, errPending
}
func (q *queries) Metrics(ctx context.Context, itemIDs []string, until time.Time) ([]xuanti.Metric, error) {
	return nil, errPending
}
func (q *queries) AccountPosts(ctx context.Context, accountID string, until time.Time, limit int) ([]xuanti.Item, error) {
	return nil, errPending
}
func (q *queries) Profiles(ctx context.Context) ([]xuanti.Profile, error) { return nil, errPending }
func (q *queries) Profile(ctx context.Context, id string) (xuanti.Profile, error) {
	return xuanti.Profile{}, errPending
}
func (q *queries) OwnPosts(ctx context.Context, profileID string, limit int) ([]xuanti.OwnPost, error) {
	return nil, errPending
}
func (q *queries) Decisions(ctx context.Context, profileID string, until time.Time) ([]xuanti.Decision, error) {
	return nil, errPending
}
func (q *queries) Subscriptions(ctx context.Context, activeOnly bool) ([]xuanti.Subscription, error) {
	return nil, errPending
}
func (q *queries) Subscription(ctx context.Context, id string) (xuanti.Subscription, error) {
	return xuanti.Subscription{}, errPending
}
func (q *queries) SubscriptionByFeedToken(ctx context.Context, token string) (xuanti.Subscription, error) {
	return xuanti.Subscription{}, errPending
}
func (q *queries) Channels(ctx context.Context) ([]xuanti.Channel, error) { return nil, errPending }
func (q *queries) Channel(ctx context.Context, id string) (xuanti.Channel, error) {
	return xuanti.Channel{}, errPending
}
func (q *queries) Matches(ctx context.Context, f MatchFilter) ([]xuanti.Match, string, error) {
	return nil, "", errPending
}
func (q *queries) Deliveries(ctx context.Context, f DeliveryFilter) ([]xuanti.Delivery, string, error) {
	return nil, "", errPending
}
func (q *queries) Delivery(ctx context.Context, id string) (xuanti.Delivery, error) {
	return xuanti.Delivery{}, errPending
}
func (q *queries) NextDelivery(ctx context.Context) (time.Time, bool, error) {
	return time.Time{}, false, errPending
}
func (q *queries) Tokens(ctx context.Context) ([]xuanti.Token, error) { return nil, errPending }
func (q *queries) TokenByHash(ctx context.Context, hash string) (xuanti.Token, error) {
	return xuanti.Token{}, errPending
}
func (q *queries) Imports(ctx context.Context, limit int) ([]xuanti.Import, error) {
	return nil, errPending
}
func (q *queries) Import(ctx context.Context, id string) (xuanti.Import, error) {
	return xuanti.Import{}, errPending
}
func (q *queries) Blob(ctx context.Context, name string) (data []byte, seq int64, at time.Time, ok bool, err error) {
	return nil, 0, time.Time{}, false, errPending
}
func (q *queries) Meta(ctx context.Context, key string) (string, error) { return "", errPending }
func (q *queries) Digest(ctx context.Context, date, profileID string) ([]byte, time.Time, bool, error) {
	return nil, time.Time{}, false, errPending
}
func (s *Store) Close() error                                         { return errPending }
func (s *Store) Check(ctx context.Context) error                      { return errPending }
func (s *Store) Update(ctx context.Context, fn func(*Tx) error) error { return errPending }
func (s *Store) Backup(ctx context.Context, path string) error        { return errPending }
func (s *Store) Prune(ctx context.Context, o PruneOptions) error      { return errPending }
func (s *Store) Stats(ctx context.Context) (Stats, error)             { return Stats{}, errPending }
func (s *Store) LeaseSources(ctx context.Context, owner string, now time.Time, n int, ttl time.Duration) ([]xuanti.Source, error) {
	return nil, errPending
}
func (s *Store) LeaseDeliveries(ctx context.Context, now time.Time, n int, ttl time.Duration) ([]xuanti.Delivery, error) {
	return nil, errPending
}
func (s *Store) FinishDelivery(ctx context.Context, d xuanti.Delivery) error { return errPending }
func (tx *Tx) PutSource(ctx context.Context, s xuanti.Source) error          { return errPending }
func (tx *Tx) PutFetchState(ctx context.Context, id string, f xuanti.FetchState) error {
	return errPending
}
func (tx *Tx) DeleteSource(ctx context.Context, id string) error { return errPending }
func (tx *Tx) InsertItem(ctx context.Context, it *xuanti.Item) (inserted bool, err error) {
	return false, errPending
}
func (tx *Tx) UpdateItem(ctx context.Context, it xuanti.Item) error           { return errPending }
func (tx *Tx) SetItemEvent(ctx context.Context, itemID, eventID string) error { return errPending }
func (tx *Tx) PutFingerprint(ctx context.Context, f FingerprintRow) error     { return errPending }
func (tx *Tx) AddSnapshot(ctx context.Context, s SnapshotRow, obs []xuanti.Observation) error {
	return errPending
}
func (tx *Tx) PutEvent(ctx context.Context, e xuanti.Event) error           { return errPending }
func (tx *Tx) PutTopic(ctx context.Context, t xuanti.Topic) error           { return errPending }
func (tx *Tx) PutMembership(ctx context.Context, m xuanti.Membership) error { return errPending }
func (tx *Tx) MergeEvents(ctx context.Context, from, into string, at time.Time) error {
	return errPending
}
func (tx *Tx) MergeTopics(ctx context.Context, from, into string, at time.Time) error {
	return errPending
}
func (tx *Tx) AddEventPoints(ctx context.Context, points []xuanti.EventPoint) error {
	return errPending
}
func (tx *Tx) PutBurst(ctx context.Context, b xuanti.Burst) error       { return errPending }
func (tx *Tx) PutWord(ctx context.Context, w xuanti.Word) error         { return errPending }
func (tx *Tx) PutAccount(ctx context.Context, a xuanti.Account) error   { return errPending }
func (tx *Tx) DeleteAccount(ctx context.Context, id string) error       { return errPending }
func (tx *Tx) AddMetrics(ctx context.Context, ms []xuanti.Metric) error { return errPending }
func (tx *Tx) PutProfile(ctx context.Context, p xuanti.Profile) error   { return errPending }
func (tx *Tx) DeleteProfile(ctx context.Context, id string) error       { return errPending }
func (tx *Tx) PutOwnPosts(ctx context.Context, posts []xuanti.OwnPost) (added int, err error) {
	return 0, errPending
}
func (tx *Tx) PutDecision(ctx context.Context, d xuanti.Decision) error         { return errPending }
func (tx *Tx) PutSubscription(ctx context.Context, s xuanti.Subscription) error { return errPending }
func (tx *Tx) DeleteSubscription(ctx context.Context, id string) error          { return errPending }
func (tx *Tx) PutChannel(ctx context.Context, c xuanti.Channel) error           { return errPending }
func (tx *Tx) DeleteChannel(ctx context.Context, id string) error               { return errPending }
func (tx *Tx) PutMatch(ctx context.Context, m xuanti.Match) (inserted bool, err error) {
	return false, errPending
}
func (tx *Tx) PutDelivery(ctx context.Context, d xuanti.Delivery) (inserted bool, err error) {
	return false, errPending
}
func (tx *Tx) PutToken(ctx context.Context, t xuanti.Token) error   { return errPending }
func (tx *Tx) DeleteToken(ctx context.Context, id string) error     { return errPending }
func (tx *Tx) PutImport(ctx context.Context, i xuanti.Import) error { return errPending }
func (tx *Tx) PutBlob(ctx context.Context, name string, at time.Time, seq int64, data []byte) error {
	return errPending
}
func (tx *Tx) SetMeta(ctx context.Context, key, value string) error { return errPending }
func (tx *Tx) PutDigest(ctx context.Context, date, profileID string, at time.Time, json []byte) error {
	return errPending
}
