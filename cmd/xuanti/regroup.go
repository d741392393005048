package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

// byHand is who decides on the command line.
const byHand = "command line"

// decide is a command that decides what belongs together.
func (a *app) decide(use, short string, args cobra.PositionalArgs, do func(*cobra.Command, *engine.Engine, []string) (engine.RegroupView, error)) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: args, RunE: func(cmd *cobra.Command, args []string) error {
		return a.existing(cmd.Context(), engine.Options{}, cmd.ErrOrStderr(), func(e *engine.Engine) error {
			v, err := do(cmd, e, args)
			if err != nil {
				return err
			}
			printRegrouping(cmd, v)
			return nil
		})
	}}
}

// topics decides which events are one topic.
func (a *app) topics() *cobra.Command {
	cmd := &cobra.Command{Use: "topics", Short: "人工调整话题 (merge, split and pin topics by hand)"}
	cmd.AddCommand(
		a.decide("merge FROM INTO", "把一个话题并入另一个 (make a topic part of another)", cobra.ExactArgs(2), func(cmd *cobra.Command, e *engine.Engine, args []string) (engine.RegroupView, error) {
			return e.MergeTopics(cmd.Context(), args[0], args[1], byHand)
		}),
		a.decide("split TOPIC EVENT...", "把事件拆成新话题 (events become a topic of their own)", cobra.MinimumNArgs(2), func(cmd *cobra.Command, e *engine.Engine, args []string) (engine.RegroupView, error) {
			return e.SplitTopic(cmd.Context(), args[0], args[1:], byHand)
		}),
		a.decide("pin TOPIC", "固定：不再自动合并 (no automatic merge)", cobra.ExactArgs(1), func(cmd *cobra.Command, e *engine.Engine, args []string) (engine.RegroupView, error) {
			return e.PinTopic(cmd.Context(), args[0], true, byHand)
		}),
		a.decide("unpin TOPIC", "取消固定 (let it go again)", cobra.ExactArgs(1), func(cmd *cobra.Command, e *engine.Engine, args []string) (engine.RegroupView, error) {
			return e.PinTopic(cmd.Context(), args[0], false, byHand)
		}),
		a.undoDecision(), a.decisions("TOPIC"))
	return cmd
}

func (a *app) undoDecision() *cobra.Command {
	return a.decide("undo ID", "撤销一次调整 (take a decision back)", cobra.ExactArgs(1), func(cmd *cobra.Command, e *engine.Engine, args []string) (engine.RegroupView, error) {
		return e.UndoRegroup(cmd.Context(), args[0])
	})
}

// decisions lists what people decided.
func (a *app) decisions(about string) *cobra.Command {
	return &cobra.Command{Use: "log [" + about + "]", Short: "人工调整的记录 (what people decided)", Args: cobra.MaximumNArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.existing(cmd.Context(), engine.Options{}, cmd.ErrOrStderr(), func(e *engine.Engine) error {
			event := ""
			if len(args) > 0 {
				event = args[0]
			}
			p, err := e.Regroupings(cmd.Context(), event, 100)
			if err != nil {
				return err
			}
			for _, v := range p.Items {
				printRegrouping(cmd, v)
			}
			return nil
		})
	}}
}

// events decides what is one event.
func (a *app) events() *cobra.Command {
	cmd := &cobra.Command{Use: "events", Short: "人工调整事件 (merge, split and pin events by hand)"}
	cmd.AddCommand(
		a.decide("merge FROM INTO", "把一个事件并入另一个 (make an event part of another)", cobra.ExactArgs(2), func(cmd *cobra.Command, e *engine.Engine, args []string) (engine.RegroupView, error) {
			return e.MergeEvents(cmd.Context(), args[0], args[1], byHand)
		}),
		a.decide("split EVENT ITEM...", "把成员拆成新事件 (members become an event of their own)", cobra.MinimumNArgs(2), func(cmd *cobra.Command, e *engine.Engine, args []string) (engine.RegroupView, error) {
			return e.SplitEvent(cmd.Context(), args[0], args[1:], byHand)
		}),
		a.decide("pin EVENT", "固定：不再自动合并或拆分 (no automatic merge or split)", cobra.ExactArgs(1), func(cmd *cobra.Command, e *engine.Engine, args []string) (engine.RegroupView, error) {
			return e.PinEvent(cmd.Context(), args[0], true, byHand)
		}),
		a.decide("unpin EVENT", "取消固定 (let it go again)", cobra.ExactArgs(1), func(cmd *cobra.Command, e *engine.Engine, args []string) (engine.RegroupView, error) {
			return e.PinEvent(cmd.Context(), args[0], false, byHand)
		}),
		a.undoDecision(), a.decisions("EVENT"))
	return cmd
}

func printRegrouping(cmd *cobra.Command, v engine.RegroupView) {
	undone := ""
	if v.UndoneAt != nil {
		undone = "undone " + v.UndoneAt.In(xuanti.Shanghai).Format(time.DateTime)
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s\t%s\t%s\t%s\t%s\t%d items\t%s\n", v.ID, v.At.In(xuanti.Shanghai).Format(time.DateTime), v.Kind, v.EventID, v.OtherID, len(v.Items), undone)
}
