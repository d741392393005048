package fetch

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti/crawler/internal/crawltest"
)

// rawServer answers every connection with what write sends, byte for byte.
func rawServer(t *testing.T, write func(c net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() {
		_ = l.Close()
		<-done
	})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = c.Close() }()
				if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
					write(c)
				}
			}()
		}
	}()
	return "http://" + l.Addr().String() + "/feed"
}

// TestFetchAttacks: each way of keeping or filling a reader ends in an error
// that says what happened.
func TestFetchAttacks(t *testing.T) {
	forever := func(c net.Conn, piece string, every time.Duration) {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for range tick.C {
			if _, err := io.WriteString(c, piece); err != nil {
				return
			}
		}
	}
	bomb := gzipped(make([]byte, 4<<20))
	nested := gzipped(bomb)
	const ok = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"
	for name, tt := range map[string]struct {
		write func(c net.Conn)
		kind  Kind
		words string
	}{
		"drip of the body": {func(c net.Conn) {
			_, _ = io.WriteString(c, ok+"Content-Length: 100000\r\n\r\n")
			forever(c, "x", 5*time.Millisecond)
		}, KindTimeout, "less than 256 bytes a second"},
		"drip of the header": {func(c net.Conn) {
			_, _ = io.WriteString(c, ok)
			forever(c, "X-A: b\r\n", 20*time.Millisecond)
		}, KindTimeout, "no complete answer"},
		"silence":        {func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }, KindTimeout, ""},
		"endless body":   {func(c net.Conn) { _, _ = io.WriteString(c, ok+"\r\n"); _, _ = io.Copy(c, zeros{}) }, KindTooLarge, "larger than 262144"},
		"endless header": {func(c net.Conn) { _, _ = io.WriteString(c, ok+"X-A: "); _, _ = io.Copy(c, spaces{}) }, KindTooLarge, "header"},
		"many headers":   {func(c net.Conn) { _, _ = io.WriteString(c, ok+strings.Repeat("X-A: b\r\n", 20_000)+"\r\n") }, KindTooLarge, "header"},
		"interim answers": {func(c net.Conn) {
			_, _ = io.WriteString(c, strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 5000))
		}, KindTooLarge, ""},
		"length that lies": {func(c net.Conn) {
			_, _ = io.WriteString(c, ok+"Content-Length: 9223372036854775807\r\n\r\nshort")
		}, KindRefused, ""},
		"negative length": {func(c net.Conn) { _, _ = io.WriteString(c, ok+"Content-Length: -1\r\n\r\n") }, KindRefused, ""},
		"broken chunks": {func(c net.Conn) {
			_, _ = io.WriteString(c, ok+"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx")
		}, KindRefused, ""},
		"no HTTP": {func(c net.Conn) { _, _ = io.WriteString(c, "220 mail ready\r\n") }, KindRefused, ""},
		"reset": {func(c net.Conn) {
			_ = c.(*net.TCPConn).SetLinger(0)
		}, KindRefused, ""},
		"bomb": {func(c net.Conn) {
			_, _ = io.WriteString(c, ok+"Content-Encoding: gzip\r\n\r\n")
			_, _ = c.Write(bomb)
		}, KindTooLarge, ""},
		"bomb in a bomb": {func(c net.Conn) {
			_, _ = io.WriteString(c, ok+"Content-Encoding: gzip\r\n\r\n")
			_, _ = c.Write(nested)
		}, KindTooLarge, ""},
		"status out of range": {func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n") }, KindStatus, "999"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := testFetcher(t, func(o *Options) { o.Timeout, o.MaxBytes = 2*time.Second, 256<<10 })
			_, err := f.Do(t.Context(), Request{URL: rawServer(t, tt.write)})
			if fe := wantKind(t, err, tt.kind); !strings.Contains(fe.Message, tt.words) {
				t.Errorf("%q does not say %q", fe.Message, tt.words)
			}
		})
	}
}

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

// A slow server that keeps coming is read to its end.
func TestFetchSlowButSteady(t *testing.T) {
	body := strings.Repeat("a", 3000)
	u := rawServer(t, func(c net.Conn) {
		_, _ = fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", len(body))
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for i := 0; i < len(body); i += 100 {
			<-tick.C
			if _, err := io.WriteString(c, body[i:i+100]); err != nil {
				return
			}
		}
	})
	f := testFetcher(t, func(o *Options) { o.Timeout = 10 * time.Second })
	if resp, err := f.Do(t.Context(), Request{URL: u}); err != nil || string(resp.Body) != body {
		t.Errorf("%v", err)
	}
}

// Large bodies are read a few at a time; all of them arrive.
func TestFetchLargeBodiesTakeTurns(t *testing.T) {
	s := crawltest.Server(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.CopyN(w, zeros{}, 3<<20)
	})
	f := testFetcher(t, func(o *Options) { o.MaxBytes, o.PerHost, o.Timeout = 4<<20, 32, time.Minute })
	errs := make(chan error, 16)
	for range 16 {
		go func() {
			resp, err := f.Do(t.Context(), Request{URL: s.URL})
			if err == nil && len(resp.Body) != 3<<20 {
				err = errors.New("short")
			}
			errs <- err
		}()
	}
	for range 16 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if len(f.big) != 0 {
		t.Errorf("%d places are still taken", len(f.big))
	}
}
