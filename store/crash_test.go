package store_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

const (
	// crashEnv names the folder into which the test binary, run again, writes
	// until it is killed.
	crashEnv   = "XUANTI_STORE_CRASH_DIR"
	crashBatch = 20
)

func crashItem(batch, n int) xuanti.Item {
	at := time.Date(2025, 5, 1, 0, 0, batch*100+n, 0, time.UTC)
	key := fmt.Sprintf("crash/%d/%d", batch, n)
	return xuanti.Item{
		ID: xuanti.NewID(at, key), Key: key, Kind: xuanti.ItemEntry, Platform: "weibo", Title: "柳溪村的灯亮了", Text: "整夜未灭。",
		SeenAt: at, PublishedAt: at,
	}
}

// writeCrashBatch stores items, a board of them, a match and its delivery.
func writeCrashBatch(ctx context.Context, s *store.Store, batch int) error {
	return s.Update(ctx, func(tx *store.Tx) error {
		var rows []xuanti.Observation
		for n := range crashBatch {
			it := crashItem(batch, n)
			if _, err := tx.InsertItem(ctx, &it); err != nil {
				return err
			}
			rows = append(rows, xuanti.Observation{ItemID: it.ID, Rank: n + 1})
		}
		id, at := strconv.Itoa(batch), crashItem(batch, 0).SeenAt
		if err := tx.AddSnapshot(ctx, store.SnapshotRow{Board: "weibo", At: at, Entries: len(rows)}, rows); err != nil {
			return err
		}
		if _, err := tx.PutMatch(ctx, xuanti.Match{ID: id, SubscriptionID: "s", EventID: id, Stage: xuanti.StageFirst, At: at}); err != nil {
			return err
		}
		_, err := tx.PutDelivery(ctx, xuanti.Delivery{ID: id, DedupeKey: id, MatchID: id, State: xuanti.DeliveryPending, CreatedAt: at})
		return err
	})
}

// crashChild commits batches and says so until somebody ends it.
func crashChild(dir string) int {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{Dir: dir})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	for batch := 0; ; batch++ {
		if err := writeCrashBatch(ctx, s, batch); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		fmt.Println(batch) // unbuffered: the acknowledgement
	}
}

// TestKill9 kills a process that commits as fast as it can, three times at
// different moments, and looks for what it had acknowledged.
func TestKill9(t *testing.T) {
	for _, after := range []int{1, 12, 60} {
		t.Run(fmt.Sprintf("after %d", after), func(t *testing.T) {
			dir := t.TempDir()
			acknowledged := runAndKill(t, dir, after)
			s := open(t, dir) // the lock of a dead process is free
			ctx := t.Context()
			if err := s.Verify(ctx); err != nil {
				t.Fatal(err)
			}
			batches := 0
			for ; ; batches++ {
				if !batchThere(t, s, batches) {
					break
				}
			}
			if batches <= acknowledged {
				t.Fatalf("batch %d was acknowledged, %d are there", acknowledged, batches)
			}
			if batches > acknowledged+2 {
				t.Fatalf("%d batches are there, %d were acknowledged", batches, acknowledged)
			}
			st, err := s.Stats(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if want := int64(batches * crashBatch); st.Items != want || st.Observations != want || st.Snapshots != int64(batches) {
				t.Fatalf("counted %d items, %d observations in %d batches", st.Items, st.Observations, batches)
			}
			// Work goes on where it stopped, and a repeated batch changes nothing.
			for _, b := range []int{batches - 1, batches} {
				if err := writeCrashBatch(ctx, s, b); err != nil {
					t.Fatal(err)
				}
			}
			if max, err := s.MaxSeq(ctx); err != nil || max < int64(batches+1)*crashBatch {
				t.Fatalf("max seq %d, %v", max, err)
			}
		})
	}
}

// runAndKill returns the last batch that the child acknowledged.
func runAndKill(t *testing.T, dir string, after int) int {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), crashEnv+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	last := -1
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		n, err := strconv.Atoi(lines.Text())
		if err != nil || n != last+1 {
			t.Fatalf("acknowledgement %q after %d", lines.Text(), last)
		}
		last = n
		if last == after {
			if err := cmd.Process.Kill(); err != nil { // SIGKILL
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("the child ended by itself")
	}
	if last < after {
		t.Fatalf("the child stopped at batch %d", last)
	}
	return last
}

// batchThere reports whether a batch was committed, and fails if half of it was.
func batchThere(t *testing.T, s *store.Store, batch int) bool {
	t.Helper()
	ctx := t.Context()
	var ids []string
	for n := range crashBatch {
		ids = append(ids, crashItem(batch, n).ID)
	}
	items, err := s.ItemsByID(ctx, ids)
	if err != nil {
		t.Fatal(err)
	}
	seen, err := s.Observations(ctx, store.ObservationFilter{ItemIDs: ids})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Delivery(ctx, strconv.Itoa(batch))
	told := err == nil
	if all := len(items) == crashBatch && len(seen) == crashBatch && told; all {
		return true
	}
	if len(items) > 0 || len(seen) > 0 || told {
		t.Fatalf("batch %d: %d items, %d observations, delivery %v", batch, len(items), len(seen), told)
	}
	return false
}
