package chdb

import "net/http"

// Exception is an error that ClickHouse answers a statement with.
type Exception struct {
	Code int
	// Text is the whole answer:
	//
	//	Code: 47. DB::Exception: Unknown expression identifier `x` in scope SELECT x. (UNKNOWN_IDENTIFIER)
	Text string
}

// Error returns the text.
func (e *Exception) Error() string { return e.Text }

// Codes of ClickHouse (src/Common/ErrorCodes.cpp) that the handler gives
// itself.
const (
	codeSyntaxError    = 62
	codeReadonly       = 164
	codeNotImplemented = 48
	codeBadRequest     = 36 // BAD_ARGUMENTS
)

// status maps the code to the HTTP status that a ClickHouse server answers
// (exceptionCodeToHTTPStatus in its HTTP handler).
func (e *Exception) status() int {
	switch e.Code {
	case codeSyntaxError, 6, 27, 36, 38, 41, 43, 53, 69, 70, 72, 130, 131:
		return http.StatusBadRequest
	case 46, 47, 50, 56, 60, 73, 81, 115:
		return http.StatusNotFound
	case codeReadonly:
		return http.StatusMethodNotAllowed
	case codeNotImplemented:
		return http.StatusNotImplemented
	}
	return http.StatusInternalServerError
}
