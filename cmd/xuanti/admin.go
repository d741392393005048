package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

func (a *app) token() *cobra.Command {
	var scopes string
	var ttl time.Duration
	create := &cobra.Command{Use: "create NAME", Short: "新建令牌，只显示一次 (create; shown once)", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.with(cmd.Context(), engine.Options{}, cmd.ErrOrStderr(), func(e *engine.Engine) error {
			t, err := e.CreateToken(cmd.Context(), args[0], strings.Split(scopes, ","), ttl)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), t.Secret)
			return err
		})
	}}
	create.Flags().StringVar(&scopes, "scopes", "read", "read, write, metrics:write, admin; separated by commas")
	create.Flags().DurationVar(&ttl, "ttl", 0, "lifetime, e.g. 720h; 0 is for ever")
	cmd := &cobra.Command{Use: "token", Short: "API 令牌 (tokens: create, list, delete)"}
	cmd.AddCommand(create,
		&cobra.Command{Use: "list", Short: "列出令牌 (list)", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), engine.Options{}, cmd.ErrOrStderr(), func(e *engine.Engine) error {
				p, err := e.Tokens(cmd.Context())
				if err != nil {
					return err
				}
				for _, t := range p.Items {
					fmt.Fprintf(cmd.OutOrStdout(), "%s  %s  %s\n", t.ID, strings.Join(t.Scopes, ","), t.Name)
				}
				return nil
			})
		}},
		&cobra.Command{Use: "delete ID", Short: "删除令牌 (delete)", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), engine.Options{}, cmd.ErrOrStderr(), func(e *engine.Engine) error { return e.DeleteToken(cmd.Context(), args[0]) })
		}})
	return cmd
}

func (a *app) words() *cobra.Command {
	cmd := &cobra.Command{Use: "words", Short: "新词 (discovered words: list, accept, reject, undo)"}
	decide := func(use, short string, status xuanti.WordStatus) *cobra.Command {
		return &cobra.Command{Use: use + " WORD", Short: short, Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
			return a.existing(cmd.Context(), engine.Options{}, cmd.ErrOrStderr(), func(e *engine.Engine) error {
				v, err := e.DecideWord(cmd.Context(), args[0], status)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\t%s\n", v.Text, v.Status)
				return err
			})
		}}
	}
	cmd.AddCommand(
		&cobra.Command{Use: "list [STATUS]", Short: "列出新词：proposed、auto、accepted、rejected (list; all without a status)", Args: cobra.MaximumNArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
			return a.existing(cmd.Context(), engine.Options{}, cmd.ErrOrStderr(), func(e *engine.Engine) error {
				status := ""
				if len(args) > 0 {
					status = args[0]
				}
				for cursor := ""; ; {
					p, err := e.Words(cmd.Context(), status, 100, cursor)
					if err != nil {
						return err
					}
					for _, v := range p.Items {
						fmt.Fprintf(cmd.OutOrStdout(), "%s\t%s\t%d stories\t%d sources\t%s\n", v.Text, v.Status, v.Count, v.Sources, strings.Join(v.Samples, " / "))
					}
					if cursor = p.NextCursor; cursor == "" {
						return nil
					}
				}
			})
		}},
		decide("accept", "接受 (accept)", xuanti.WordAccepted),
		decide("reject", "拒绝 (reject)", xuanti.WordRejected),
		decide("undo", "撤销决定，放回待定 (take the decision back)", xuanti.WordProposed))
	return cmd
}

func (a *app) backup() *cobra.Command {
	return &cobra.Command{Use: "backup FILE", Short: "备份数据库到一个文件 (write a consistent copy of the database)", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.existing(cmd.Context(), engine.Options{}, cmd.ErrOrStderr(), func(e *engine.Engine) error { return e.Backup(cmd.Context(), args[0]) })
	}}
}

func (a *app) reindex() *cobra.Command {
	return &cobra.Command{Use: "reindex", Short: "从数据库重建索引 (rebuild the index from the database)", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		cfg, err := a.offline()
		if err != nil {
			return err
		}
		if err := engine.DropIndex(cfg.Data); err != nil {
			return err
		}
		return a.with(cmd.Context(), engine.Options{}, cmd.ErrOrStderr(), func(e *engine.Engine) error {
			err := e.Reindex(cmd.Context(), func(done, all int64) {
				fmt.Fprintf(cmd.ErrOrStderr(), "\r%d of %d items    ", done, all)
			})
			fmt.Fprintln(cmd.ErrOrStderr())
			return err
		})
	}}
}
