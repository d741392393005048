package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/valyala/fasthttp"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/engine"
	"github.com/xuanti/xuanti/server/ui"
)

// Options are what a Server needs. Reader, Writer and Stream are required; the
// zero value of everything else is a working default.
type Options struct {
	Reader engine.Reader
	Writer engine.Writer
	Stream engine.Stream
	Log    *slog.Logger
	Clock  xuanti.Clock // for sessions and rate limits; answers use Reader.Now

	// AdminToken has every scope. It may only be empty when Loopback is true:
	// then everyone who reaches the port may do everything.
	AdminToken string
	// Anonymous are the scopes of a request without credentials: read, write,
	// admin. Nil means all scopes on a loopback address without AdminToken, and
	// none otherwise.
	Anonymous []string
	// Loopback says that the listener is on a loopback address. Requests must
	// then name a loopback host or the host of BaseURL, which stops web sites
	// that rebind their DNS name to 127.0.0.1.
	Loopback bool
	// BaseURL is the public address, used in feeds and digests; without it the
	// address of the request is used.
	BaseURL string
	Version string
	// Gatherer holds further metrics to print at /metrics; may be nil.
	Gatherer prometheus.Gatherer

	RequestTimeout time.Duration // of one request; default 15 s
	ExportTimeout  time.Duration // of an import or export; default 10 min
	Heartbeat      time.Duration // of the event stream; default 15 s
	Shutdown       time.Duration // grace for running requests; default 10 s
	BodyLimit      int           // bytes of a request; default 2 MiB
	ImportLimit    int           // bytes of an imported file; default 64 MiB
	MaxStreams     int           // open event streams; default 256
	TrustedProxies []string      // addresses whose X-Forwarded-For is believed
}

// Server answers HTTP. Make it with New, run it with Listen.
type Server struct {
	Options
	app      *fiber.App
	api      huma.API
	ui       *ui.UI
	metrics  *metrics
	sessions *sessions
	logins   *limiter // failed credentials by address
	guests   guests   // credentials that were let in, by address
	requests *limiter // all requests by address, not on loopback
	baseHost string
	docs     docsData // made once from the OpenAPI document
	spec     []byte   // the document itself

	base    context.Context // parent of all request contexts
	stop    context.CancelFunc
	closing chan struct{} // closed first at shutdown: ends event streams
	once    sync.Once
	running sync.WaitGroup // goroutines of exports
}

// New builds a server. It fails with CodeInvalid when the options would leave a
// public address open.
func New(o Options) (*Server, error) {
	u, err := ui.New()
	if err != nil {
		return nil, err
	}
	return newServer(o, u)
}

// newServer is New with the pages given, which tests share.
func newServer(o Options, u *ui.UI) (*Server, error) {
	if o.Reader == nil || o.Writer == nil || o.Stream == nil {
		return nil, xuanti.Errorf(xuanti.CodeInvalid, "server: Reader, Writer and Stream are required")
	}
	s := &Server{Options: o.withDefaults(), ui: u, closing: make(chan struct{})}
	if o.BaseURL != "" {
		u, err := url.Parse(o.BaseURL)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return nil, xuanti.Errorf(xuanti.CodeInvalid, "server: base URL %q is not an http address", o.BaseURL)
		}
		s.baseHost = u.Hostname()
	}
	open := o.AdminToken == "" && o.Anonymous == nil
	if open && !o.Loopback {
		return nil, xuanti.Errorf(xuanti.CodeInvalid, "server: an address that is not loopback needs an admin token")
	}
	if open && s.baseHost != "" && !isLoopbackHost(s.baseHost) {
		return nil, xuanti.Errorf(xuanti.CodeInvalid, "server: the public address %s needs an admin token", o.BaseURL)
	}
	if open {
		s.Anonymous = []string{ScopeAdmin}
	}
	for _, scope := range s.Anonymous {
		if !validScope(scope) {
			return nil, xuanti.Errorf(xuanti.CodeInvalid, "server: unknown scope %q", scope)
		}
	}
	s.base, s.stop = context.WithCancel(context.Background())
	s.metrics = newMetrics(s)
	s.sessions = newSessions(s.Clock)
	s.logins = newLimiter(s.Clock, 0.2, 10)
	s.requests = newLimiter(s.Clock, 50, 200)
	s.app = fiber.New(fiber.Config{
		AppName:                 "xuanti",
		Immutable:               true, // values outlive handlers (streams, logs)
		Network:                 fiber.NetworkTCP,
		BodyLimit:               s.BodyLimit,
		ReadBufferSize:          16 << 10,
		ReadTimeout:             15 * time.Second,
		IdleTimeout:             90 * time.Second,
		DisableStartupMessage:   true,
		EnableTrustedProxyCheck: true,
		TrustedProxies:          s.TrustedProxies,
		ProxyHeader:             proxyHeader(s.TrustedProxies),
		ErrorHandler:            s.fail,
	})
	s.app.Server().HeaderReceived = s.limits
	s.app.Server().Logger = quiet{s.Log}
	s.middleware()
	s.routes()
	if err := s.buildSpec(); err != nil {
		return nil, err
	}
	return s, nil
}

func (o Options) withDefaults() Options {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = xuanti.SystemClock{}
	}
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&o.RequestTimeout, 15 * time.Second}, {&o.ExportTimeout, 10 * time.Minute},
		{&o.Heartbeat, 15 * time.Second}, {&o.Shutdown, 10 * time.Second},
	} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	if o.BodyLimit <= 0 {
		o.BodyLimit = 2 << 20
	}
	if o.ImportLimit <= 0 {
		o.ImportLimit = 64 << 20
	}
	if o.MaxStreams <= 0 {
		o.MaxStreams = 256
	}
	o.BaseURL = strings.TrimRight(o.BaseURL, "/")
	return o
}

// App gives the fiber application to tests and to callers that mount more
// routes before Listen.
func (s *Server) App() *fiber.App { return s.app }

// Listen serves ln until ctx is done, then closes the event streams, waits for
// running requests for at most Options.Shutdown and returns nil. It closes ln.
// A Server listens once.
func (s *Server) Listen(ctx context.Context, ln net.Listener) error {
	done := make(chan error, 1)
	go func() { done <- s.app.Listener(lingeringListener{ln}) }()
	var err error
	select {
	case err = <-done:
		s.close()
		s.running.Wait()
		return err
	case <-ctx.Done():
	}
	s.close()
	if serr := s.app.ShutdownWithTimeout(s.Shutdown); serr != nil && !errors.Is(serr, context.DeadlineExceeded) {
		err = serr
	}
	s.stop() // what still runs is told to end
	_ = ln.Close()
	if serr := <-done; serr != nil && err == nil && !errors.Is(serr, net.ErrClosed) {
		err = serr
	}
	s.running.Wait()
	return err
}

// close ends the event streams; later ones are refused.
func (s *Server) close() { s.once.Do(func() { close(s.closing) }) }

// limits sets the size and time limits of a request from its header alone,
// before the body is read.
func (s *Server) limits(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	path := string(h.RequestURI())
	cfg := fasthttp.RequestConfig{MaxRequestBodySize: s.BodyLimit, WriteTimeout: 60 * time.Second}
	switch {
	case strings.HasPrefix(path, streamPath):
		cfg.WriteTimeout = 24 * 365 * time.Hour // set anew before each write
	case strings.HasPrefix(path, "/api/v1/exports/"):
		cfg.WriteTimeout = s.ExportTimeout
	case strings.HasPrefix(path, "/api/v1/imports"), strings.HasPrefix(path, "/sources/import"), strings.HasPrefix(path, "/accounts/import"):
		cfg.MaxRequestBodySize = s.ImportLimit
		cfg.ReadTimeout = s.ExportTimeout
	}
	return cfg
}

func proxyHeader(trusted []string) string {
	if len(trusted) == 0 {
		return ""
	}
	return fiber.HeaderXForwardedFor
}

// quiet turns the library's own lines (mostly broken connections) into debug
// records.
type quiet struct{ log *slog.Logger }

// Printf implements fasthttp.Logger.
func (q quiet) Printf(format string, args ...any) {
	q.log.Debug("connection", slog.String("text", format), slog.Any("args", args))
}
