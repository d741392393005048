package crawler

import (
	"errors"

	"github.com/xuanti/xuanti"
)

// ErrorText says in Chinese what went wrong with a source, for the people who
// look after it. It never contains addresses or causes.
func ErrorText(err error) string {
	var fe *FetchError
	var pe *FeedError
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
