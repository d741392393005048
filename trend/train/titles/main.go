// Command titles makes the tables of characters and the forests that compare
// headlines, and writes them where package model embeds them:
//
//	go run ./trend/train/titles -data DIR -out trend/model -step background
//	go run ./trend/train/titles -data DIR -out trend/model -step fields
//	go run ./trend/train/titles -data DIR -out trend/model -step models
//
// DIR holds hotlists/, articles/ and pairs/ in the row formats that package
// train names. The files hold counts and weights only. The last step
// reads the tables of the others from the program, hence three runs. With -hold FROM,TO
// the stream models do not see those days, so that they can be judged on them.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/xuanti/xuanti/nlp"
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
	data := flag.String("data", "", "folder with hotlists/, articles/ and pairs/")
	out := flag.String("out", "trend/model", "folder of the embedded files")
	step := flag.String("step", "models", "background, fields, models, or of these only pairs, group or stream")
	hold := flag.String("hold", "", "FROM,TO: days kept from the stream models, as 2006-01-02,2006-01-02")
	flag.Parse()
	o := train.Options{Data: *data, Out: *out, Date: time.Now(), Command: "go run ./trend/train/titles -data DIR -out trend/model",
		Log: slog.New(slog.NewTextHandler(os.Stderr, nil))}
	if from, to, ok := strings.Cut(*hold, ","); ok {
		o.Command += " -hold " + *hold
		o.Skip = func(t time.Time) bool {
			d := t.Format(time.DateOnly)
			return d >= from && d <= to
		}
	}
	switch *step {
	case "background":
		return train.RunBackground(ctx, o)
	case "fields":
		return train.RunFields(ctx, o)
	}
	a, err := nlp.New(nlp.Options{})
	if err != nil {
		return err
	}
	switch *step {
	case "pairs":
		return train.RunPairs(ctx, a, o)
	case "group":
		return train.RunGroup(ctx, a, o)
	case "stream":
		return train.RunStream(ctx, a, o)
	}
	return train.RunModels(ctx, a, o)
}
