package server

import (
	"bufio"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
)

const (
	streamPath = "/api/v1/stream"
	// A reader that does not take a line for this long is gone.
	streamWrite = 20 * time.Second
)

// stream sends changes as server-sent events until the client or the server
// leaves. ?types= keeps only some event types (comma separated; a trailing *
// stands for the rest). Last-Event-ID, or ?after=, resumes.
func (s *Server) stream(c *fiber.Ctx) error {
	select {
	case <-s.closing:
		return xuanti.Errorf(xuanti.CodeUnavailable, "服务正在停止 (shutting down)")
	default:
	}
	last := c.Get("Last-Event-ID", c.Query("after"))
	var after uint64
	if last != "" {
		var err error
		if after, err = strconv.ParseUint(last, 10, 64); err != nil {
			return &xuanti.Error{Code: xuanti.CodeInvalid, Message: "Last-Event-ID 应为数字 (must be a number)", Pointer: "header.Last-Event-ID"}
		}
	}
	wanted := typeFilter(c.Query("types"))
	if !s.metrics.openStream(s.MaxStreams) {
		return xuanti.Errorf(xuanti.CodeUnavailable, "事件流连接过多 (too many event streams)")
	}
	changes, gone, cancel := s.Stream.Subscribe(after)
	conn := c.Context().Conn()
	c.Set(fiber.HeaderContentType, "text/event-stream; charset=utf-8")
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set("X-Accel-Buffering", "no")
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		defer s.metrics.closeStream()
		defer cancel()
		flush := func() bool {
			_ = conn.SetWriteDeadline(time.Now().Add(streamWrite))
			return w.Flush() == nil
		}
		fmt.Fprint(w, "retry: 5000\n\n")
		if gone {
			fmt.Fprintf(w, "event: reset\ndata: {\"after\":%d}\n\n", after)
		}
		if !flush() {
			return
		}
		beat := time.NewTicker(s.Heartbeat)
		defer beat.Stop()
		for {
			select {
			case <-s.closing:
				return
			case <-beat.C:
				fmt.Fprint(w, ": alive\n\n")
			case change, ok := <-changes:
				if !ok {
					return
				}
				if !wanted(change.Type) || !writeChange(w, change) {
					continue
				}
			}
			if !flush() {
				return
			}
		}
	})
	return nil
}

func writeChange(w *bufio.Writer, change engine.Change) bool {
	data, err := json.Marshal(change)
	if err != nil {
		return false
	}
	fmt.Fprintf(w, "id: %d\nevent: %s\ndata: %s\n\n", change.ID, change.Type, data)
	return true
}

// typeFilter understands "topic.*,term.bursting"; empty lets everything pass.
func typeFilter(list string) func(string) bool {
	if strings.TrimSpace(list) == "" {
		return func(string) bool { return true }
	}
	patterns := strings.Split(list, ",")
	return func(t string) bool {
		for _, p := range patterns {
			p = strings.TrimSpace(p)
			if prefix, ok := strings.CutSuffix(p, "*"); ok && strings.HasPrefix(t, prefix) || p == t {
				return true
			}
		}
		return false
	}
}
