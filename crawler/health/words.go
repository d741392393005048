package health

import (
	"errors"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/feed"
	"github.com/xuanti/xuanti/crawler/fetch"
)

// Words says in Chinese what went wrong with a source, for the people who
// look after it. It never contains addresses or causes.
func Words(err error) string {
	var fe *fetch.Error
	var pe *feed.Error
	var xe *xuanti.Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &fe):
		return fe.Words()
	case errors.As(err, &pe):
		return pe.Words()
	case errors.As(err, &xe):
		return xe.Message
	}
	return "读取失败"
}
