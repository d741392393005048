package train

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/trend"
	"github.com/xuanti/xuanti/trend/model"
)

// Options say where the data is and where the models go.
type Options struct {
	Data    string               // folder with hotlists/, articles/ and pairs/
	Out     string               // folder of the embedded files, trend/model in the sources
	Date    time.Time            // day written into the provenance
	Command string               // command line written into the provenance
	Skip    func(time.Time) bool // days that the stream models must not see, to judge them there; nil: none
	Every   int                  // every n-th title founds pairs of the stream model; 0 means 6
	Log     *slog.Logger
}

// RunBackground writes the background table. The program embeds it, so build
// again before [RunModels].
func RunBackground(ctx context.Context, o Options) error {
	raw, err := Background(ctx, []string{
		filepath.Join(o.Data, "hotlists", "firstseen.jsonl.gz"),
		filepath.Join(o.Data, "articles", "articles.jsonl.gz"),
	}, BackgroundOptions{CounterBits: 19, Vectors: 14000, Lead: 150, Rounds: 6})
	if err != nil {
		return err
	}
	return write(o, "background.bin.gz", raw)
}

// RunFields writes the table that tells the field of a title. The program
// embeds it, so build again before [RunModels].
func RunFields(ctx context.Context, o Options) error {
	raw, err := Fields(ctx, filepath.Join(o.Data, "articles", "articles.jsonl.gz"), FieldOptions{Keys: 24000, Least: 3, Prior: 1000})
	if err != nil {
		return err
	}
	return write(o, "fields.bin.gz", raw)
}

// RunModels trains and writes every forest: the pair tasks on judged pairs,
// those that grouping blends on the same pairs and on time alone. It takes
// several minutes.
func RunModels(ctx context.Context, a *nlp.Analyzer, o Options) error {
	for _, run := range []func(context.Context, *nlp.Analyzer, Options) error{RunPairs, RunGroup, RunStream} {
		if err := run(ctx, a, o); err != nil {
			return err
		}
	}
	return nil
}

// pairBoost is the size of the forests that learn from judged pairs.
func pairBoost() BoostOptions {
	return BoostOptions{Trees: 200, Depth: 5, Rate: 0.06, Lambda: 5, MinHess: 5, Columns: 0.5, Rows: 0.7, Seed: 7}
}

// pairTask is a forest that learns from judged pairs.
type pairTask struct {
	name, file, what string
	o                PairOptions
}

const (
	eventPairs = "news pairs judged by people: same event"
	topicPairs = "news pairs judged by people: same topic"
	itemPairs  = "title pairs of one item or of look-alikes, by the platforms' ids"
)

// RunPairs trains and writes the forests of the pair tasks.
func RunPairs(ctx context.Context, a *nlp.Analyzer, o Options) error {
	po := PairOptions{BoostOptions: pairBoost(), Text: true, Bags: 3, Divisions: 3}
	po.Columns = 0.3
	item := po
	item.Strangers = true
	// Look-alikes share their words: there a line only blurs what the trees see.
	po.Line = LineOptions{Share: 0.3, Lambda: 4, Ranges: 16, Words: 1 << 14, Rounds: 20}
	return o.runPairs(ctx, a,
		pairTask{trend.TaskSameEvent, "same_event.jsonl.gz", eventPairs, po},
		pairTask{trend.TaskSameTopic, "same_topic.jsonl.gz", topicPairs, po},
		pairTask{trend.TaskSameItem, "title_variants.jsonl.gz", itemPairs, item})
}

// RunGroup trains and writes the small forests of judged pairs that grouping
// blends: one bag, and only the features that a stream has time for.
func RunGroup(ctx context.Context, a *nlp.Analyzer, o Options) error {
	po := PairOptions{BoostOptions: pairBoost(), Bags: 1, Divisions: 1}
	item := po
	item.Strangers = true
	return o.runPairs(ctx, a,
		pairTask{"group-topic", "same_topic.jsonl.gz", topicPairs, po},
		pairTask{"group-item", "title_variants.jsonl.gz", itemPairs, item})
}

func (o *Options) runPairs(ctx context.Context, a *nlp.Analyzer, tasks ...pairTask) error {
	p := trend.NewPairScorer(a)
	for _, t := range tasks {
		f, rep, err := Pairs(ctx, filepath.Join(o.Data, "pairs", t.file), p, t.o)
		if err != nil {
			return err
		}
		if err := o.save(t.name, t.what, f); err != nil {
			return err
		}
		o.Log.Info("trained", "model", t.name, "rows", rep.Rows, "f1", rep.F1, "spread", rep.Spread, "best", rep.BestF1)
	}
	return nil
}

// RunStream trains and writes the forest that learns from time alone.
func RunStream(ctx context.Context, a *nlp.Analyzer, o Options) error {
	if o.Every <= 0 {
		o.Every = 6
	}
	p := trend.NewPairScorer(a)
	boards := []string{
		filepath.Join(o.Data, "hotlists", "firstseen.jsonl.gz"),
		filepath.Join(o.Data, "hotlists", "boards.jsonl.gz"),
		filepath.Join(o.Data, "hotlists", "weibo_heat.jsonl.gz"),
	}
	const day = 24 * time.Hour
	f, err := Temporal(ctx, boards, p,
		TemporalOptions{Near: day, Offsets: []time.Duration{14 * day, 21 * day}, Every: o.Every, MinIDF: 6, Skip: o.Skip},
		BoostOptions{Trees: 120, Depth: 5, Rate: 0.12, Lambda: 5, MinHess: 20, Columns: 0.5, Rows: 0.7, Seed: 7})
	if err != nil {
		return err
	}
	if err := o.save("near-topic", "board titles, pairs within 24 h against pairs 14 and 21 days further apart, no labels", f); err != nil {
		return err
	}
	o.Log.Info("trained", "model", "near-topic", "rows", f.Provenance.Rows)
	return nil
}

func (o *Options) save(name, what string, f *model.Forest) error {
	f.Provenance.Data, f.Provenance.Command = what, o.Command
	f.Provenance.Date = o.Date.Format(time.DateOnly)
	raw, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("train: %s: %w", name, err)
	}
	return write(*o, name+".json", append(raw, '\n'))
}

func write(o Options, name string, data []byte) error {
	if err := os.WriteFile(filepath.Join(o.Out, name), data, 0o644); err != nil {
		return fmt.Errorf("train: %w", err)
	}
	return nil
}
