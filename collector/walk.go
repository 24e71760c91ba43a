package collector

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

// target is one file to read, or a fault met on the way to it.
type target struct {
	path    string
	size    int64
	info    fs.FileInfo // nil for stdin and faults
	problem *schemas.Problem
}

// walker collects the files under the paths it is given, folders sorted by
// name, and goes on behind whatever it cannot read.
type walker struct {
	readDir func(name string) ([]os.DirEntry, error)
	targets []target
}

// add collects path, which the user named: a link is followed.
func (w *walker) add(path string) {
	if path == "-" {
		w.targets = append(w.targets, target{path: path})
		return
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		w.fault(missing(path, err))
	case info.IsDir():
		w.folder(path, path)
	default:
		// A pipe named on the command line is an input like any other.
		w.targets = append(w.targets, target{path: path, size: regularSize(info), info: info})
	}
}

func (w *walker) folder(root, path string) {
	entries, err := w.readDir(path)
	if err != nil {
		p := unreadable(path, err)
		p.Hint = "the folder was read as far as possible"
		w.fault(p)
	}
	for _, e := range entries {
		name := below(path, e.Name())
		switch {
		case e.IsDir():
			w.folder(root, name)
		case e.Type()&fs.ModeSymlink != 0:
			w.link(root, name)
		case !e.Type().IsRegular():
			w.fault(notAFile(name, e.Type()))
		default:
			info, err := e.Info()
			if err != nil {
				w.fault(missing(name, err))
				continue
			}
			w.targets = append(w.targets, target{path: name, size: info.Size(), info: info})
		}
	}
}

// below joins name to folder and leaves folder as it was given.
func below(folder, name string) string {
	if folder != "" && os.IsPathSeparator(folder[len(folder)-1]) {
		return folder + name
	}
	return folder + string(filepath.Separator) + name
}

// link leaves out a symbolic link. One that stays inside the folder leads to a
// file that is read anyway.
func (w *walker) link(root, name string) {
	full, err := filepath.EvalSymlinks(name)
	if err != nil {
		w.fault(schemas.Problem{File: name, Message: "skipped: the symbolic link leads nowhere"})
		return
	}
	if base, err := filepath.EvalSymlinks(root); err == nil {
		if rel, err := filepath.Rel(base, full); err == nil && filepath.IsLocal(rel) {
			return
		}
	}
	w.fault(schemas.Problem{
		File: name, Message: "skipped: the symbolic link leads out of the folder",
		Hint: "name its target " + full + " to read it too", Unread: true,
	})
}

func (w *walker) fault(p schemas.Problem) {
	w.targets = append(w.targets, target{path: p.File, problem: &p})
}

func missing(path string, err error) schemas.Problem {
	p := unreadable(path, err)
	if errors.Is(err, fs.ErrNotExist) {
		p.Message = "no such file or folder"
		if strings.ContainsAny(path, "*?[") {
			p.Hint = "patterns are expanded by the shell, and this one matches nothing"
		}
	}
	return p
}

func regularSize(info fs.FileInfo) int64 {
	if info.Mode().IsRegular() {
		return info.Size()
	}
	return 0
}
