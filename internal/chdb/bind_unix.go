//go:build linux || darwin

package chdb

import (
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"unsafe"

	"github.com/ebitengine/purego"
)

// library is the part of libchdb's C interface (chdb.h) that is used. Handles
// are C pointers; the strings and buffers handed to a call are borrowed until
// it returns.
type library struct {
	signals *signals

	setSignalHandlers func(enabled int32)
	connect           func(argc int32, argv unsafe.Pointer) unsafe.Pointer
	closeConn         func(conn unsafe.Pointer)
	query             func(conn, sql unsafe.Pointer, sqlLen uintptr, format unsafe.Pointer, formatLen uintptr) unsafe.Pointer
	buffer            func(result unsafe.Pointer) unsafe.Pointer
	length            func(result unsafe.Pointer) uintptr
	errorText         func(result unsafe.Pointer) string
	destroy           func(result unsafe.Pointer)
}

// load opens the library and binds its functions. The dynamic loader counts
// references, so loading twice is harmless; it is never unloaded, because its
// threads do not end.
func load(path string) (*library, error) {
	handle, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", path, err)
	}
	var l library
	for _, f := range []struct {
		name string
		ptr  any
	}{
		{"chdb_set_signal_handlers_enabled", &l.setSignalHandlers},
		{"chdb_connect", &l.connect},
		{"chdb_close_conn", &l.closeConn},
		{"chdb_query_n", &l.query},
		{"chdb_result_buffer", &l.buffer},
		{"chdb_result_length", &l.length},
		{"chdb_result_error", &l.errorText},
		{"chdb_destroy_query_result", &l.destroy},
	} {
		sym, err := purego.Dlsym(handle, f.name)
		if err != nil {
			return nil, fmt.Errorf("load %s: not a libchdb of this interface: %w", path, err)
		}
		purego.RegisterFunc(f.ptr, sym)
	}
	if l.signals, err = bindSignals(); err != nil {
		return nil, err
	}
	// The Go runtime owns the signals; libchdb would take SIGSEGV, SIGINT and
	// others away from it at the first connect.
	l.signals.keep(func() { l.setSignalHandlers(0) })
	return &l, nil
}

// open connects with the command line args. The first connection starts the
// engine, the last one to close ends it. Two calls must not overlap.
func (l *library) open(args []string) (unsafe.Pointer, error) {
	argv := make([]*byte, 0, len(args)+1)
	for _, a := range args {
		argv = append(argv, &append([]byte(a), 0)[0])
	}
	argv = append(argv, nil)
	var conn unsafe.Pointer
	l.signals.keep(func() { conn = l.connect(int32(len(args)), unsafe.Pointer(&argv[0])) })
	runtime.KeepAlive(argv)
	if conn == nil {
		return nil, errors.New("libchdb refused the connection (see its message on stderr)")
	}
	return conn, nil
}

// run executes one statement and calls use with the result, which is C memory
// and valid until use returns. A fault of the statement is an *Exception.
func (l *library) run(conn unsafe.Pointer, sql, format string, use func([]byte) error) error {
	res := l.query(*(*unsafe.Pointer)(conn),
		unsafe.Pointer(unsafe.StringData(sql)), uintptr(len(sql)),
		unsafe.Pointer(unsafe.StringData(format)), uintptr(len(format)))
	runtime.KeepAlive(sql)
	runtime.KeepAlive(format)
	if res == nil {
		return errors.New("libchdb gave no result")
	}
	defer l.destroy(res)
	if text := l.errorText(res); text != "" {
		return newException(text)
	}
	var data []byte
	if n := l.length(res); n > 0 {
		data = unsafe.Slice((*byte)(l.buffer(res)), n)
	}
	return use(data)
}

// newException reads the code out of text; 1001 (STD_EXCEPTION) when it has
// none.
func newException(text string) *Exception {
	e := &Exception{Code: 1001, Text: text}
	if rest, ok := strings.CutPrefix(text, "Code: "); ok {
		if digits, _, ok := strings.Cut(rest, "."); ok {
			if code, err := strconv.Atoi(digits); err == nil {
				e.Code = code
			}
		}
	}
	return e
}
