package clickhouse

import (
	"crypto/tls"
	"errors"
	"slices"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Class says what to do about an error of Write.
type Class uint8

// The classes.
const (
	// Retry: the server or the way to it is at fault, or the outcome is not
	// known. Write the same batch again, later.
	Retry Class = iota
	// Data: a row is at fault, and will be next time. Divide the batch.
	Data
	// Broken: schema, rights or configuration are at fault. Writing again
	// helps only after somebody repaired it.
	Broken
)

// errData marks rows that cannot be stored.
var errData = errors.New("cannot be stored")

// errTable marks a table that is not the one the migrations made.
var errTable = errors.New("the table was changed by somebody else")

// Codes of ClickHouse (src/Common/ErrorCodes.cpp).
var (
	// CANNOT_PARSE_TEXT, CANNOT_PARSE_INPUT_ASSERTION_FAILED, TYPE_MISMATCH,
	// CANNOT_CONVERT_TYPE, INCORRECT_DATA, TOO_LARGE_ARRAY_SIZE,
	// TOO_LARGE_STRING_SIZE, DECIMAL_OVERFLOW, VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE.
	dataCodes = []int32{6, 27, 53, 70, 117, 128, 131, 407, 321}
	// NO_SUCH_COLUMN_IN_TABLE, UNKNOWN_IDENTIFIER, UNKNOWN_TYPE, UNKNOWN_TABLE,
	// SYNTAX_ERROR, UNKNOWN_DATABASE, UNKNOWN_SETTING, READONLY (the user may only
	// read), WRONG_PASSWORD, UNKNOWN_USER, DATABASE_ACCESS_DENIED,
	// SETTING_CONSTRAINT_VIOLATION, ACCESS_DENIED, AUTHENTICATION_FAILED.
	brokenCodes = []int32{16, 47, 50, 60, 62, 81, 115, 164, 192, 193, 291, 452, 497, 516}
)

// Classify returns the class of an error of Write or Open. Codes that are in
// no list are Retry, because retrying loses nothing.
func Classify(err error) Class {
	var ex *clickhouse.Exception
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.Is(err, errTable), errors.Is(err, errOther), errors.Is(err, errNewer), errors.Is(err, errOld):
		return Broken
	case errors.Is(err, errData):
		return Data
	case errors.As(err, &ex) && slices.Contains(dataCodes, ex.Code):
		return Data
	case errors.As(err, &ex) && slices.Contains(brokenCodes, ex.Code):
		return Broken
	case errors.As(err, &certificate):
		return Broken
	}
	return Retry
}

// Retryable reports whether err, not nil, may be gone when the same batch is
// written again.
func Retryable(err error) bool { return Classify(err) == Retry }
