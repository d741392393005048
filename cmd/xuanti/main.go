// Command xuanti (选题) watches what Chinese platforms and media talk about and
// says what an account should write next. See README.md, or run
//
//	xuanti serve --demo
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // zones of sources, on machines without a zone database

	"github.com/xuanti/xuanti"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := root().ExecuteContext(ctx)
	var code exitCode
	switch {
	case err == nil:
	case errors.As(err, &code):
		os.Exit(int(code))
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		os.Exit(130)
	default:
		fmt.Fprintln(os.Stderr, "xuanti:", message(err))
		os.Exit(status(err))
	}
}

// exitCode ends the program with a status after everything was said.
type exitCode int

func (c exitCode) Error() string { return fmt.Sprintf("exit status %d", int(c)) }

// message is what a user reads: the safe message, and its cause, since whoever
// runs the command line may know it.
func message(err error) string { return err.Error() }

// status maps an error to an exit status: 2 for input that cannot work, 4 for
// a data folder in use, 5 for damaged data, 1 for the rest.
func status(err error) int {
	switch xuanti.CodeOf(err) {
	case xuanti.CodeInvalid:
		return 2
	case xuanti.CodeLocked:
		return 4
	case xuanti.CodeCorrupt:
		return 5
	}
	return 1
}
