package server

import (
	"io"
	"net"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
)

// lingerTime is how long a refused upload is read on and thrown away.
const lingerTime = 5 * time.Second

// lingeringListener accepts connections that can close late.
type lingeringListener struct{ net.Listener }

// Accept implements net.Listener.
func (l lingeringListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &lingeringConn{Conn: c}, nil
}

// lingeringConn reads what the client is still sending before it closes, when
// told to. A socket closed with unread bytes is reset, and the reset overtakes
// the answer: the client would see a broken connection instead of the reason.
type lingeringConn struct {
	net.Conn
	late atomic.Bool
}

// Close implements net.Conn.
func (c *lingeringConn) Close() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok && c.late.Swap(false) && half.CloseWrite() == nil {
		_ = c.SetReadDeadline(time.Now().Add(lingerTime))
		_, _ = io.Copy(io.Discard, c.Conn) // ends with the client, or at the deadline
	}
	return c.Conn.Close()
}

// closeLate lets the client of c read the answer to a body that is not read.
func closeLate(c *fiber.Ctx) {
	if conn, ok := c.Context().Conn().(*lingeringConn); ok {
		conn.late.Store(true)
	}
}
