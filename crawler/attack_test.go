package crawler

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
	"github.com/xuanti/xuanti/crawler/plain"
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
		kind  FetchKind
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
			f := testFetcher(t, func(o *FetchOptions) { o.Timeout, o.MaxBytes = 2*time.Second, 256<<10 })
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
	f := testFetcher(t, func(o *FetchOptions) { o.Timeout = 10 * time.Second })
	if resp, err := f.Do(t.Context(), Request{URL: u}); err != nil || string(resp.Body) != body {
		t.Errorf("%v", err)
	}
}

// Large bodies are read a few at a time; all of them arrive.
func TestFetchLargeBodiesTakeTurns(t *testing.T) {
	s := crawltest.Server(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.CopyN(w, zeros{}, 3<<20)
	})
	f := testFetcher(t, func(o *FetchOptions) { o.MaxBytes, o.PerHost = 4<<20, 32 })
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

// TestParseAttacks: documents made to be expensive are read within their
// limits or refused; what is whole beside them is kept.
func TestParseAttacks(t *testing.T) {
	item := "<item><title>桥通车了</title><link>https://paper.example.com/1</link></item>"
	rss := func(inside string) string {
		return "<rss version='2.0'><channel><title>河湾</title>" + inside + "</channel></rss>"
	}
	entities := "<!DOCTYPE rss [<!ENTITY a0 'ha'>"
	for i := 1; i < 40; i++ {
		entities += fmt.Sprintf("<!ENTITY a%d '&a%d;&a%d;'>", i, i-1, i-1)
	}
	for name, doc := range map[string]string{
		"billion laughs":  entities + "]>" + rss("<description>&a39;</description>"+item),
		"external entity": "<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + rss("<description>&x;</description>"+item),
		"deep elements":   rss(item + strings.Repeat("<a>", 200_000)),
		"deep in an item": rss(item + "<item><title>深</title><description>" + strings.Repeat("<div>", 100_000) + "</description></item>"),
		"deep escaped":    rss(item + "<item><title>深</title><description>" + strings.Repeat("&lt;div&gt;", 100_000) + "</description></item>"),
		"long attribute":  rss(item + "<x y='" + strings.Repeat("z", 1<<20) + "'/>"),
		"many attributes": rss(item + "<x " + manyAttributes(50_000) + "/>"),
		"open brackets":   rss(item) + strings.Repeat("<", 1<<20),
		"open comments":   rss(item + strings.Repeat("<!--", 1<<18)),
		"open tags":       rss(item) + strings.Repeat("<a ", 1<<19),
		"open quotes":     rss(item) + strings.Repeat("<a b='", 1<<18),
		"open ends":       rss(item) + strings.Repeat("</a ", 1<<19),
		"open questions":  rss(item) + strings.Repeat("<?a ", 1<<19),
		"open doctypes":   rss(item) + strings.Repeat("<!DOCTYPE [", 1<<17),
		"open entities":   "<!DOCTYPE rss [" + strings.Repeat("<!ENTITY ", 1<<17) + "]>" + rss(item),
		"references":      rss(item + strings.Repeat("&a", 1<<19)),
		"open cdata":      rss(item + strings.Repeat("<![CDATA[", 1<<17)),
		"many namespaces": rss(item + "<x " + strings.Repeat("xmlns:a='b' ", 50_000) + "/>"),
		"number entities": rss(item + strings.Repeat("&#x41;", 200_000)),
		"too many items":  rss(item + strings.Repeat("<item><title>同</title><link>https://paper.example.com/x</link></item>", 15_000)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			feed, err := ParseFeed([]byte(doc), "application/rss+xml", "https://paper.example.com/", nil, crawltest.Now())
			if err != nil {
				var fe *FeedError
				if !errors.As(err, &fe) {
					t.Fatalf("%T %v", err, err)
				}
				return
			}
			if len(feed.Items) == 0 || len(feed.Items) > maxFeedItems {
				t.Fatalf("%d items", len(feed.Items))
			}
			if feed.Items[0].Title != "桥通车了" {
				t.Errorf("the whole item is lost: %q", plain.Clip(feed.Items[0].Title, 40))
			}
			if strings.Contains(feed.Items[0].Text+feed.Title+feed.Description, "root:") || len(feed.Description) > 1<<16 {
				t.Errorf("an entity was expanded: %q", plain.Clip(feed.Description, 80))
			}
		})
	}
	for name, doc := range map[string]string{
		"deep arrays":  `{"version":"https://jsonfeed.org/version/1.1","title":"x","items":` + strings.Repeat("[", 500_000),
		"deep objects": `{"version":"https://jsonfeed.org/version/1.1","title":"x","items":[` + strings.Repeat(`{"a":`, 200_000),
		"long number":  `{"version":"https://jsonfeed.org/version/1.1","title":` + strings.Repeat("9", 1<<20) + `}`,
	} {
		if _, err := ParseFeed([]byte(doc), "application/json", "https://paper.example.com/", nil, crawltest.Now()); err == nil {
			t.Errorf("%s was taken for a feed", name)
		}
	}
	for name, page := range map[string]string{
		"deep page":      strings.Repeat("<div>", 100_000) + "字",
		"formatting":     strings.Repeat("<b><i><p>", 3000) + "字",
		"open table":     strings.Repeat("<table><tr><td>", 3000) + "字",
		"long attribute": "<p class='" + strings.Repeat("a ", 1<<15) + "'>字</p>",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if a, err := Extract([]byte(page), "text/html", "https://paper.example.com/", crawltest.Now()); err == nil && len([]rune(a.Text)) > plain.MaxText {
				t.Errorf("%d runes of text", len([]rune(a.Text)))
			}
		})
	}
}

func manyAttributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "a%d='b' ", i)
	}
	return b.String()
}
