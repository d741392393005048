package fetch

import (
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/xuanti/xuanti/crawler/internal/crawltest"
)

func TestFetchRedirects(t *testing.T) {
	other := crawltest.Server(t, func(w http.ResponseWriter, r *http.Request) {
		for _, h := range []string{"X-Key", "Authorization", "Cookie"} {
			if r.Header.Get(h) != "" {
				t.Errorf("%s went to another host", h)
			}
		}
		fmt.Fprint(w, "elsewhere "+r.Method)
	})
	s := crawltest.Server(t, func(w http.ResponseWriter, r *http.Request) {
		to := func(status int, where string) {
			w.Header().Set("Location", where)
			w.WriteHeader(status)
		}
		var n int
		switch {
		case r.URL.Path == "/end":
			fmt.Fprint(w, r.Method+r.Header.Get("X-Key"))
		case r.URL.Path == "/moved":
			to(301, "/moved2")
		case r.URL.Path == "/moved2":
			to(308, "/end")
		case r.URL.Path == "/mixed":
			to(301, "/temp")
		case r.URL.Path == "/temp":
			to(302, "/end")
		case r.URL.Path == "/other":
			to(302, other.URL+"/x")
		case r.URL.Path == "/post307":
			to(307, "/echo")
		case r.URL.Path == "/post303":
			to(303, "/end")
		case r.URL.Path == "/echo":
			b, _ := io.ReadAll(r.Body)
			fmt.Fprint(w, r.Method+string(b))
		case r.URL.Path == "/nowhere":
			w.WriteHeader(302)
		case r.URL.Path == "/ftp":
			to(302, "ftp://example.com/")
		case r.URL.Path == "/cookie":
			if c, err := r.Cookie("seen"); err == nil && c.Value == "1" {
				fmt.Fprint(w, "welcome")
				return
			}
			http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1"})
			to(302, "/cookie")
		default:
			if _, err := fmt.Sscanf(r.URL.Path, "/hop%d", &n); err == nil && n > 0 {
				to(302, fmt.Sprintf("/hop%d", n-1))
				return
			}
			fmt.Fprint(w, "done")
		}
	})
	f := testFetcher(t, nil)
	headers := map[string]string{"X-Key": "k", "Authorization": "Bearer b", "Cookie": "sid=1"}
	for _, tt := range []struct {
		req             Request
		body, permanent string
		kind            Kind
	}{
		{req: Request{URL: s.URL + "/moved", Header: headers}, body: "GETk", permanent: s.URL + "/end"},
		{req: Request{URL: s.URL + "/mixed"}, body: "GET", permanent: s.URL + "/temp"},
		{req: Request{URL: s.URL + "/temp"}, body: "GET"},
		{req: Request{URL: s.URL + "/other", Header: headers}, body: "elsewhere GET"},
		{req: Request{URL: s.URL + "/post307", Method: "POST", Body: []byte("x")}, body: "POSTx"},
		{req: Request{URL: s.URL + "/post303", Method: "POST", Body: []byte("x")}, body: "GET"},
		{req: Request{URL: s.URL + "/hop5"}, body: "done"},
		{req: Request{URL: s.URL + "/cookie"}, body: "welcome"},
		{req: Request{URL: s.URL + "/hop6"}, kind: KindRedirect},
		{req: Request{URL: s.URL + "/nowhere"}, kind: KindRedirect},
		{req: Request{URL: s.URL + "/ftp"}, kind: KindRedirect},
	} {
		resp, err := f.Do(t.Context(), tt.req)
		if tt.kind != "" {
			wantKind(t, err, tt.kind)
			continue
		}
		if err != nil || string(resp.Body) != tt.body || resp.Permanent != tt.permanent {
			t.Errorf("%s: %+v, %v", tt.req.URL, resp, err)
		}
	}
}

func TestFetchDowngrade(t *testing.T) {
	u, err := Target("https://example.com/a")
	if err != nil {
		t.Fatal(err)
	}
	_, err = redirectTarget(u, "http://example.com/a")
	wantKind(t, err, KindRedirect)
	if next, err := redirectTarget(u, "/b"); err != nil || next.String() != "https://example.com/b" {
		t.Errorf("%v, %v", next, err)
	}
}
