package main

import (
	"os"
	"strconv"
	"strings"
)

// place is an argument as people give it and as reports print it: a path,
// perhaps a member of an archive behind "!", perhaps a line behind ":".
//
//	bundle.zip!cm/trace/ccm/sdl/SDL001_100_000001.txt.gz:190
type place struct {
	root string // what is on the disk, or "-"
	file string // the whole path up to the line, "" for everything below root
	line int    // from 1; 0 for all
}

// placeOf reads arg. A file whose name happens to end like a line number, or
// that has a "!" in it, is itself.
func placeOf(arg string) place {
	if exists(arg) {
		return place{root: arg}
	}
	p := place{root: arg}
	if path, line, ok := cutLine(arg); ok {
		p.root, p.line = path, line
		if path == "-" || exists(path) {
			p.file = path
			return p
		}
	}
	for i := range len(p.root) {
		if p.root[i] == '!' && exists(p.root[:i]) {
			return place{root: p.root[:i], file: p.root, line: p.line}
		}
	}
	return place{root: arg} // it is not there, and that is what will be said
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func cutLine(arg string) (path string, line int, ok bool) {
	i := strings.LastIndexByte(arg, ':')
	if i <= 0 {
		return "", 0, false
	}
	line, err := strconv.Atoi(arg[i+1:])
	return arg[:i], line, err == nil && line > 0
}

// places are the arguments of a command that reads logs.
type places []place

func placesOf(args []string) places {
	list := make(places, len(args))
	for i, a := range args {
		list[i] = placeOf(a)
	}
	return list
}

// roots returns what is to be read.
func (ps places) roots() []string {
	var roots []string
	for _, p := range ps {
		roots = append(roots, p.root)
	}
	return roots
}

// whole reports whether everything below the roots is asked for.
func (ps places) whole() bool {
	for _, p := range ps {
		if p.file != "" {
			return false
		}
	}
	return true
}

// wants reports whether lines of path are asked for: those from line to last.
func (ps places) wants(path string, line, last int) bool {
	for _, p := range ps {
		if p.file == "" && below(path, p.root) || p.file == path && (p.line == 0 || line <= p.line && p.line <= last) {
			return true
		}
	}
	return false
}

// below reports whether path is root or came out of it.
func below(path, root string) bool {
	rest, ok := strings.CutPrefix(path, strings.TrimSuffix(root, "/"))
	return ok && (rest == "" || rest[0] == '/' || rest[0] == '\\' || rest[0] == '!') || root == "."
}
