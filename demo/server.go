package demo

import (
	"context"

	"github.com/xuanti/xuanti"
)

// Server is the demo web on loopback.
type Server struct{ url string }

// Serve starts the demo web on 127.0.0.1 at a free port.
func Serve(ctx context.Context, w *World, clock xuanti.Clock) (*Server, error) {
	return nil, xuanti.Errorf(xuanti.CodeUnavailable, "demo web: not built")
}

// URL returns the base address, without a slash at the end.
func (s *Server) URL() string { return s.url }

// Close stops the server and waits for it.
func (s *Server) Close() error { return nil }
