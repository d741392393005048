package demo

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/xuanti/xuanti"
)

// Server is the demo web on loopback. It speaks as the real platforms do:
// boards under their real paths and in their real shapes, feeds, account feeds,
// a page that lists articles, and the articles.
type Server struct {
	url     string
	http    *http.Server
	closing chan struct{}
	once    sync.Once
	wait    sync.WaitGroup
	err     error // of serving; read after wait
	world   *World
	clock   xuanti.Clock
}

// shutdownTime bounds the wait for requests that are being answered.
const shutdownTime = 3 * time.Second

// Serve starts the demo web on 127.0.0.1 at a free port; what it shows follows
// clock. It stops when ctx ends or Close is called.
func Serve(ctx context.Context, w *World, clock xuanti.Clock) (*Server, error) {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, xuanti.Wrap(xuanti.CodeUnavailable, err, "demo web: cannot listen on 127.0.0.1")
	}
	s := &Server{url: "http://" + ln.Addr().String(), closing: make(chan struct{}), world: w, clock: clock}
	s.http = &http.Server{Handler: s.routes(), ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 20 * time.Second, MaxHeaderBytes: 32 << 10}
	s.wait.Go(func() {
		if err := s.http.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			s.err = fmt.Errorf("demo web: serve: %w", err)
		}
	})
	s.wait.Go(func() {
		select {
		case <-ctx.Done():
		case <-s.closing:
		}
		s.shutdown()
	})
	return s, nil
}

// shutdown lets running requests end, for a while.
func (s *Server) shutdown() {
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTime)
	defer cancel()
	if err := s.http.Shutdown(ctx); err != nil {
		_ = s.http.Close()
	}
}

// URL returns the base address, without a slash at the end.
func (s *Server) URL() string { return s.url }

// Close stops the server and waits for it. It may be called more than once.
func (s *Server) Close() error {
	s.once.Do(func() { close(s.closing) })
	s.wait.Wait()
	return s.err
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for _, r := range boardRoutes {
		mux.HandleFunc(r.pattern, func(rw http.ResponseWriter, req *http.Request) {
			now := s.clock.Now()
			v := s.world.view(r.board, now)
			if disturb(rw, s.world.faultAt(r.pattern, now), &v) {
				return
			}
			body, contentType := r.write(v)
			send(rw, req, body, contentType)
		})
	}
	// The endpoint that wants a login since spring.
	mux.HandleFunc("GET /api/v3/feed/topstory/hot-lists/total", func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "application/json")
		rw.WriteHeader(http.StatusUnauthorized)
		_, _ = rw.Write([]byte(`{"error":{"code":100,"message":"请登录后查看"}}`))
	})
	mux.HandleFunc("GET /feed/{name}", s.outletFeed)
	mux.HandleFunc("GET /account/{name}", s.accountFeed)
	mux.HandleFunc("GET /list/{name}", s.outletList)
	mux.Handle("GET /rss/saidao", http.RedirectHandler("/feed/saidao.xml", http.StatusFound))
	mux.Handle("GET /old/jiangan.xml", http.RedirectHandler("/feed/jiangan.xml", http.StatusMovedPermanently))
	mux.HandleFunc("GET /robots.txt", func(rw http.ResponseWriter, _ *http.Request) {
		_, _ = rw.Write([]byte("User-agent: *\nAllow: /\n"))
	})
	mux.HandleFunc("GET /", s.page)
	return mux
}

func (s *Server) outletFeed(rw http.ResponseWriter, req *http.Request) {
	name, _, _ := strings.Cut(req.PathValue("name"), ".")
	o := outletNamed(name)
	if o == nil || o.form == formPage {
		http.NotFound(rw, req)
		return
	}
	now := s.clock.Now()
	if f := s.world.faultAt(req.URL.Path, now); f == faultServer {
		disturb(rw, faultBusy, nil)
		return
	} else if f == faultLogin && disturb(rw, f, nil) {
		return
	}
	f := s.world.outletFeed(o, now)
	body, contentType := f.bytes()
	if len(f.items) > 0 {
		rw.Header().Set("Last-Modified", f.items[0].at.UTC().Format(http.TimeFormat))
	}
	send(rw, req, body, contentType)
}

func (s *Server) accountFeed(rw http.ResponseWriter, req *http.Request) {
	name, _, _ := strings.Cut(req.PathValue("name"), ".")
	c := creatorNamed(name)
	if c == nil {
		http.NotFound(rw, req)
		return
	}
	f := s.world.accountFeed(c, s.clock.Now())
	body, contentType := f.bytes()
	send(rw, req, body, contentType)
}

func (s *Server) outletList(rw http.ResponseWriter, req *http.Request) {
	o := outletNamed(req.PathValue("name"))
	if o == nil || o.form != formPage {
		http.NotFound(rw, req)
		return
	}
	f := s.world.outletFeed(o, s.clock.Now())
	send(rw, req, f.listPage(o.name), "text/html") // the charset is in the page only
}

// page answers for the world's own pages; outlets that write GBK do so here.
func (s *Server) page(rw http.ResponseWriter, req *http.Request) {
	text, ok := s.world.Page(req.URL.Path)
	if !ok {
		http.NotFound(rw, req)
		return
	}
	id, article := strings.CutPrefix(req.URL.Path, "/a/")
	if a := s.world.articleByID(id); article && a != nil && (a.outlet.form == formGBK || a.outlet.form == formPage) {
		send(rw, req, toGBK(strings.Replace(text, `charset="utf-8"`, `charset="gb2312"`, 1)), "text/html")
		return
	}
	send(rw, req, []byte(text), "text/html; charset=utf-8")
}

// send answers with an ETag, and with 304 when the caller has these bytes.
func send(rw http.ResponseWriter, req *http.Request, body []byte, contentType string) {
	h := fnv.New64a()
	_, _ = h.Write(body)
	tag := fmt.Sprintf(`"%x"`, h.Sum64())
	rw.Header().Set("ETag", tag)
	rw.Header().Set("Content-Type", contentType)
	rw.Header().Set("X-Demo-Data", "yes")
	if strings.Contains(req.Header.Get("If-None-Match"), tag) {
		rw.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = rw.Write(body)
}
