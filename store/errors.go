package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/xuanti/xuanti"
)

// wrap puts the operation in front of an error and gives it the code that a
// caller can act on. Errors that carry a code already keep it, and so does the
// end of a context.
func (q *queries) wrap(op string, err error) error {
	if err != nil && q.closed != nil && q.closed.Load() {
		return xuanti.Wrap(xuanti.CodeUnavailable, fmt.Errorf("%s: %w", op, err), "the store is closed")
	}
	return wrapErr(q.file, op, err)
}

func wrapErr(file, op string, err error) error {
	if err == nil {
		return nil
	}
	var e *xuanti.Error
	if errors.As(err, &e) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%s: %w", op, err)
	}
	err = fmt.Errorf("%s: %w", op, err)
	switch classify(err) {
	case failFull:
		return xuanti.Wrap(xuanti.CodeUnavailable, err,
			"the disk is full: "+file+" cannot grow; free some space, nothing stored so far is lost")
	case failCorrupt:
		return xuanti.Wrap(xuanti.CodeCorrupt, err,
			"the database "+file+" is damaged or is no SQLite database; move it away and restore a backup, or start with an empty folder")
	case failConflict:
		return xuanti.Wrap(xuanti.CodeConflict, err, op+": it conflicts with what is stored already")
	case failBusy:
		return xuanti.Wrap(xuanti.CodeUnavailable, err, "the database "+file+" is busy, try again")
	case failAccess:
		return xuanti.Wrap(xuanti.CodeUnavailable, err,
			"the database "+file+" cannot be opened or written; check that the folder and its files belong to the user that runs xuanti")
	case failIO:
		return xuanti.Wrap(xuanti.CodeUnavailable, err, "reading or writing "+file+" failed; check the disk")
	}
	return xuanti.Wrap(xuanti.CodeInternal, err, op+" failed")
}

// notFound says that the named thing is not stored.
func notFound(what, id string) error {
	if zh := inChinese(what); zh != "" {
		return xuanti.Errorf(xuanti.CodeNotFound, "没有编号为 %s 的%s (no %s with this id)", id, zh, what)
	}
	return xuanti.Errorf(xuanti.CodeNotFound, "%s %q does not exist", what, id)
}

// inChinese names what people ask for by its id; "" for the rest.
func inChinese(what string) string {
	switch what {
	case "event":
		return "事件"
	case "topic":
		return "话题"
	case "item":
		return "内容"
	case "source":
		return "来源"
	case "account":
		return "对标账号"
	case "profile":
		return "账号"
	case "subscription":
		return "订阅"
	case "channel":
		return "渠道"
	case "delivery":
		return "投递"
	case "regrouping":
		return "人工调整"
	case "import":
		return "导入"
	case "token":
		return "令牌"
	}
	return ""
}
