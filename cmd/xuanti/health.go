package main

import (
	"fmt"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/xuanti/xuanti"
)

// healthCheck asks a running server whether it is ready; containers without a shell
// use it as their health check.
func healthCheck() *cobra.Command {
	var url string
	cmd := &cobra.Command{Use: "health", Short: "询问运行中的服务是否就绪 (ask a running server whether it is ready)", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		client := &http.Client{Timeout: 4 * time.Second}
		req, err := http.NewRequestWithContext(cmd.Context(), http.MethodGet, url, nil)
		if err != nil {
			return xuanti.Wrap(xuanti.CodeInvalid, err, "--url is not an address")
		}
		resp, err := client.Do(req)
		if err != nil {
			return xuanti.Wrap(xuanti.CodeUnavailable, err, "no server answers at "+url)
		}
		defer func() { _ = resp.Body.Close() }() // only the status is of interest
		if resp.StatusCode != http.StatusOK {
			return xuanti.Errorf(xuanti.CodeUnavailable, "%s answers %s", url, resp.Status)
		}
		_, err = fmt.Fprintln(cmd.OutOrStdout(), "ready")
		return err
	}}
	cmd.Flags().StringVar(&url, "url", "http://127.0.0.1:8080/readyz", "address to ask")
	return cmd
}
