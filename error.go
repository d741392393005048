package xuanti

import (
	"errors"
	"fmt"
)

// Code classifies an error for callers that must react to it. A code maps to
// exactly one HTTP status (see server) and one process exit status (see cmd).
type Code string

// The error codes.
const (
	CodeInvalid      Code = "invalid"      // the caller sent something malformed
	CodeNotFound     Code = "not_found"    // the named thing does not exist
	CodeConflict     Code = "conflict"     // it exists already, or changed meanwhile
	CodeUnauthorized Code = "unauthorized" // no valid credentials
	CodeForbidden    Code = "forbidden"    // valid credentials, missing scope
	CodeLimited      Code = "limited"      // too many, too large or too often
	CodeUnavailable  Code = "unavailable"  // try again later
	CodeLocked       Code = "locked"       // another process owns the data folder
	CodeCorrupt      Code = "corrupt"      // stored data cannot be read back
	CodeInternal     Code = "internal"     // a bug or an unexpected failure
)

// Error is the one error type that crosses package borders. Message is safe
// to show to a user and names the place and the way out; Err is the cause and
// is only logged.
type Error struct {
	Code    Code
	Message string
	Pointer string // JSON pointer, file:line or character position; may be empty
	Err     error
}

// Error implements error.
func (e *Error) Error() string {
	s := e.Message
	if e.Pointer != "" {
		s = e.Pointer + ": " + s
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error with a safe message. A %w verb becomes the cause's
// text in the message as well, so use [Wrap] for causes that users must not see.
func Errorf(code Code, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Code: code, Message: err.Error(), Err: nil}
}

// Wrap makes an Error with a safe message and a hidden cause. It returns nil
// for a nil cause.
func Wrap(code Code, err error, message string) error {
	if err == nil {
		return nil
	}
	return &Error{Code: code, Message: message, Err: err}
}

// CodeOf returns the code of the first Error in err's chain, CodeInternal for
// any other error and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}
