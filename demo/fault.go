package demo

import (
	"net/http"
	"strconv"
	"time"
)

// faultWindow is how long a disturbance lasts in story time.
const faultWindow = 10 * time.Minute

// fault is what goes wrong with an endpoint.
type fault int

const (
	faultNone fault = iota
	faultServer
	faultEmpty
	faultLogin
	faultBusy
)

// faultAt says what is wrong with a path at t: about one window in fifty is
// disturbed, each path for itself, so that a board's second endpoint usually
// answers when the first does not. It depends on the time and the seed alone.
func (w *World) faultAt(path string, t time.Time) fault {
	window := t.Unix() / int64(faultWindow/time.Second)
	switch hash(w.opt.Seed, "fault", path, strconv.FormatInt(window, 10)) % 200 {
	case 0, 1:
		return faultServer
	case 2:
		return faultEmpty
	case 3:
		return faultLogin
	}
	return faultNone
}

// disturb answers a board request in place of the list; false lets it pass.
func disturb(rw http.ResponseWriter, f fault, v *boardView) bool {
	switch f {
	case faultServer:
		http.Error(rw, "upstream timed out", http.StatusInternalServerError)
	case faultBusy:
		rw.Header().Set("Retry-After", "30")
		http.Error(rw, "too busy", http.StatusServiceUnavailable)
	case faultLogin:
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = rw.Write([]byte(`<!DOCTYPE html><html><head><meta charset="utf-8"><title>请登录</title></head><body><form>扫码登录后继续访问（演示）</form></body></html>`))
	case faultEmpty:
		v.rows = nil
		return false
	default:
		return false
	}
	return true
}
