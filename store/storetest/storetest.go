// Package storetest is the conformance suite of package store: every database
// behind it must pass Run unchanged.
package storetest

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

// t0 is the time zero of the suite.
var t0 = time.Date(2025, 3, 3, 8, 0, 0, 0, time.UTC)

// Run exercises every aggregate. open returns a new, empty store, which the
// test that asked for it closes itself through t.Cleanup.
func Run(t *testing.T, open func(t *testing.T) *store.Store) {
	for _, c := range []struct {
		name string
		test func(*testing.T, *store.Store)
	}{
		{"Sources", testSources}, {"SourceLeases", testSourceLeases}, {"SourceHealth", testSourceHealth}, {"SourceSchedule", testSourceSchedule}, {"Items", testItems}, {"ItemPages", testItemPages},
		{"Fingerprints", testFingerprints}, {"Boards", testBoards}, {"Observations", testObservations},
		{"Events", testEvents}, {"EventsAt", testEventsAt}, {"EventsAtLongLives", testEventsAtLongLives}, {"EventPointOrder", testEventPointOrder},
		{"MergeEvents", testMergeEvents}, {"Regroupings", testRegroupings}, {"Topics", testTopics}, {"Memberships", testMemberships},
		{"Bursts", testBursts}, {"Words", testWords}, {"Accounts", testAccounts}, {"Metrics", testMetrics},
		{"Profiles", testProfiles}, {"Decisions", testDecisions}, {"Subscriptions", testSubscriptions},
		{"Channels", testChannels}, {"Matches", testMatches}, {"Deliveries", testDeliveries},
		{"DeliveryLeases", testDeliveryLeases}, {"Tokens", testTokens}, {"Imports", testImports}, {"UndoImport", testUndoImport}, {"Answers", testAnswers}, {"Followers", testFollowers}, {"Blobs", testBlobs}, {"Scores", testScores},
		{"Transactions", testTransactions}, {"Prune", testPrune}, {"PruneKeepsBoards", testPruneKeepsBoards}, {"PruneThinsNightByNight", testPruneThinsNightByNight},
		{"PruneKeepsPosts", testPruneKeepsPosts},
		{"Stats", testStats}, {"Backup", testBackup}, {"Concurrency", testConcurrency},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel() // each has a store of its own
			c.test(t, open(t))
		})
	}
}

// update runs fn in a transaction and fails the test on an error.
func update(t *testing.T, s *store.Store, fn func(*store.Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), fn); err != nil {
		t.Fatalf("update: %v", err)
	}
}

// ok fails the test on an error and passes the value on.
func ok[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatalf("unexpected error: %v", err)
		}
		return v
	}
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

func wantCode(t *testing.T, err error, code xuanti.Code) {
	t.Helper()
	var e *xuanti.Error
	if !errors.As(err, &e) || e.Code != code {
		t.Fatalf("error %v, want code %s", err, code)
	}
}

// item makes an article of minute n.
func item(n int) xuanti.Item {
	at := t0.Add(time.Duration(n) * time.Minute)
	key := fmt.Sprintf("news.example/a/%d", n)
	return xuanti.Item{
		ID: xuanti.NewID(at, key), SourceID: fmt.Sprintf("src-%d", n%3), Platform: []string{"rss", "weibo"}[n%2], Kind: xuanti.ItemArticle,
		ExtID: fmt.Sprint(n), URL: "https://" + key, Key: key, Title: fmt.Sprintf("青石镇第%d座桥今日通车", n),
		Text: "桥长三百米,往来行人可以步行通过。", Author: "小河报", Image: "https://news.example/i.jpg", PublishedAt: at.Add(-time.Minute), SeenAt: at,
	}
}

// insert stores items and gives them their Seq.
func insert(t *testing.T, s *store.Store, items ...*xuanti.Item) {
	t.Helper()
	update(t, s, func(tx *store.Tx) error {
		for _, it := range items {
			if added, err := tx.InsertItem(t.Context(), it); err != nil || !added {
				return fmt.Errorf("insert %s: added %v: %w", it.ID, added, err)
			}
		}
		return nil
	})
}

func itemIDs(items []xuanti.Item) []string {
	ids := []string{}
	for _, it := range items {
		ids = append(ids, it.ID)
	}
	return ids
}
