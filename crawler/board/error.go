package board

import (
	"errors"
	"fmt"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/fetch"
)

// fault says why an answer is no list: in English for logs and tests, in
// Chinese for the people who look after the sources.
type fault struct{ en, zh string }

// Error implements error with the English words.
func (f *fault) Error() string { return f.en }

// faultf makes a fault; zh is used as it is.
func faultf(zh, format string, args ...any) error {
	return &fault{en: fmt.Sprintf(format, args...), zh: zh}
}

// fail names board and adapter around an error of one endpoint. The message is
// Chinese with English beside it, safe to show and complete in itself; the
// cause is for logs.
func (b *Board) fail(e *endpoint, err error) error {
	zh, en := faultWords(err)
	return &xuanti.Error{
		Code:    xuanti.CodeUnavailable,
		Message: fmt.Sprintf("%s（%s）：%s (%s)", b.Name, e.adapter, zh, en),
		Err:     fmt.Errorf("board %s (%s): %w", b.ID, e.adapter, err),
	}
}

// faultWords says in both languages what went wrong with an endpoint, without
// addresses and causes.
func faultWords(err error) (zh, en string) {
	var f *fault
	var fe *fetch.Error
	switch {
	case errors.As(err, &f):
		return f.zh, f.en
	case errors.As(err, &fe):
		return fe.Words(), fe.Message
	}
	return words(err), "it cannot be read"
}

// allFailed joins what every endpoint said into one error. The causes are kept
// as text only: how one endpoint's server answered must not be taken for the
// state of the source.
func allFailed(errs []error) error {
	zh, en := "", ""
	for i, err := range errs {
		if i > 0 {
			zh += "；"
			en += "; "
		}
		var xe *xuanti.Error
		if errors.As(err, &xe) && xe.Err != nil {
			zh += xe.Message
			en += xe.Err.Error()
			continue
		}
		words, _ := faultWords(err)
		zh += words
		en += err.Error()
	}
	return &xuanti.Error{Code: xuanti.CodeUnavailable, Message: zh, Err: errors.New(en)}
}

// words is what an error says to people.
func words(err error) string {
	var xe *xuanti.Error
	if errors.As(err, &xe) {
		return xe.Message
	}
	return "读取失败"
}
