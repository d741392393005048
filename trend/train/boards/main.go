// Command boards grows the forests that foretell board rows from an archive of
// hourly snapshots, and writes them where package model embeds them:
//
//	go run ./trend/train/boards -rows boards.jsonl.gz@2025-10-17T00:00:00+08:00,weibo.jsonl.gz -out trend/model
//
// Each archive is a file of {"ts","platform","rank","title","url","heat"} in
// time order, plain or gzip, read up to the time behind the @, if any. The
// forests hold weights only.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"github.com/xuanti/xuanti/trend/model"
	"github.com/xuanti/xuanti/trend/train"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	rows := flag.String("rows", "", "archives, FILE or FILE@TIME (RFC 3339, read up to it), with commas between")
	hold := flag.Duration("hold", 0, "hold out so much before the TIME of each archive for judging")
	warm := flag.Duration("warm", 72*time.Hour, "learn nothing at the start for so long")
	every := flag.Int("every", 1, "learn from one of so many snapshots")
	trees := flag.Int("trees", 200, "trees of a forest")
	depth := flag.Int("depth", 5, "questions of a tree")
	rate := flag.Float64("rate", 0.08, "shrinkage of a tree")
	only := flag.String("head", "", "print only this head's figures")
	out := flag.String("out", "", "folder for the forests; empty: figures only")
	flag.Parse()
	o := train.BoardsOptions{Warm: *warm, Every: *every, Hold: *hold, Boost: train.BoostOptions{
		Trees: *trees, Depth: *depth, Rate: *rate, Lambda: 20, MinHess: 20, Columns: 0.5, Rows: 0.4, Ranges: 255, Seed: 1,
	}}
	var archives []train.Archive
	var names []string // without their folders
	for _, one := range strings.Split(*rows, ",") {
		path, until, _ := strings.Cut(one, "@")
		a := train.Archive{Path: path}
		if until != "" {
			at, err := time.Parse(time.RFC3339, until)
			if err != nil {
				return fmt.Errorf("-rows: %w", err)
			}
			a.Until = at
		}
		archives = append(archives, a)
		names = append(names, filepath.Base(path)+strings.TrimPrefix(one, path))
	}
	from := strings.Join(names, ",")
	return train.Boards(ctx, archives, o, func(f *model.Forest, r train.BoardReport) error {
		if *only != "" && r.Head != *only {
			return nil
		}
		fmt.Printf("%-10s trained on %d rows", r.Head, f.Provenance.Rows)
		if r.Rows > 0 {
			fmt.Printf("; held out %d: base %.4f, Brier %.4f (cell rates alone %.4f), AUC within a snapshot %.4f", r.Rows, r.Base, r.Brier, r.MemoryBrier, r.AUC)
		}
		fmt.Println()
		if *out == "" {
			return nil
		}
		f.Provenance.Data = "hourly snapshots of public boards: " + from
		f.Provenance.Command = fmt.Sprintf("go run ./trend/train/boards -rows %s -hold %s -warm %s -every %d -trees %d -depth %d -rate %g -out trend/model",
			from, *hold, *warm, *every, *trees, *depth, *rate)
		raw, err := json.Marshal(f)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(*out, "board-"+r.Head+".json"), append(raw, '\n'), 0o644)
	})
}
