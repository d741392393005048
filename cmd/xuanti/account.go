package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/xuanti/xuanti/engine"
)

func (a *app) account() *cobra.Command {
	cmd := &cobra.Command{Use: "account", Short: "对标账号 (benchmark accounts: list, add)"}
	cmd.AddCommand(
		&cobra.Command{Use: "list", Short: "对标账号 (list)", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), engine.Options{}, cmd.ErrOrStderr(), func(e *engine.Engine) error {
				p, err := e.Accounts(cmd.Context(), "")
				if err != nil {
					return err
				}
				w := tabwriter.NewWriter(cmd.OutOrStdout(), 2, 4, 2, ' ', 0)
				for _, v := range p.Items {
					followers := "-" // unknown is not zero
					if v.Followers != nil {
						followers = fmt.Sprint(*v.Followers)
					}
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s followers\t%d posts\t%d viral\n", v.ID, v.Platform, v.Name, v.Group, followers, v.Posts, v.Viral)
				}
				return w.Flush()
			})
		}},
		a.accountAdd(),
	)
	return cmd
}

func (a *app) accountAdd() *cobra.Command {
	var in engine.AccountInput
	cmd := &cobra.Command{Use: "add PLATFORM NAME", Short: "添加对标账号 (watch an account)", Args: cobra.ExactArgs(2), RunE: func(cmd *cobra.Command, args []string) error {
		in.Platform, in.Name = args[0], args[1]
		return a.with(cmd.Context(), engine.Options{}, cmd.ErrOrStderr(), func(e *engine.Engine) error {
			v, err := e.PutAccount(cmd.Context(), "", in)
			if err == nil {
				fmt.Fprintln(cmd.OutOrStdout(), v.ID)
			}
			return err
		})
	}}
	cmd.Flags().StringVar(&in.Group, "group", "", "group")
	cmd.Flags().StringVar(&in.Handle, "handle", "", "the platform's id of the account")
	cmd.Flags().StringVar(&in.FeedURL, "feed", "", "address of a feed with its posts")
	return cmd
}
