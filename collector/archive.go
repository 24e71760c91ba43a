package collector

import (
	"archive/tar"
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/klauspost/compress/zip"

	"github.com/uctrace/uctrace/schemas"
)

// zip reads the members of a zip archive in the order of its directory.
func (u *unpacker) zip(in input) error {
	at, size := in.at, in.size
	if at == nil {
		s, err := spool(in.r)
		if err != nil {
			return u.problem(unreadable(in.path, err))
		}
		defer s.close()
		at, size = s, s.size
	}
	z, err := zip.NewReader(at, size)
	if err != nil && z == nil || errors.Is(err, zip.ErrFormat) {
		return u.problem(schemas.Problem{
			File: in.path, Unread: true, Message: "the zip archive is damaged or incomplete: " + err.Error(),
			Hint: "it is still being written, or its transfer broke off",
		})
	}
	labels := labels{}
	overlapping := overlaps(z.File)
	for _, f := range z.File {
		path := in.path + "!" + labels.next(f.Name)
		if f.FileInfo().IsDir() {
			continue
		}
		if err := u.budget.entry(); err != nil {
			return u.problem(unreadable(in.path, err))
		}
		err := u.zipMember(path, f, overlapping[f], in.depth+1, size)
		if err != nil {
			return err
		}
		if u.budget.total >= u.budget.limits.TotalBytes {
			return u.problem(unreadable(in.path, &overLimit{what: fmt.Sprintf("unpacks to more than %d MiB", u.budget.limits.TotalBytes>>20)}))
		}
	}
	return nil
}

func (u *unpacker) zipMember(path string, f *zip.File, overlapping bool, depth int, size int64) error {
	switch {
	case !f.Mode().IsRegular():
		return u.problem(notAFile(path, f.Mode()))
	case f.Flags&1 != 0:
		return u.problem(schemas.Problem{
			File: path, Unread: true, Message: "the member is encrypted", Hint: "unpack it with its password first",
		})
	case overlapping:
		return u.problem(schemas.Problem{
			File: path, Unread: true, Message: "the member shares its data with another one",
			Hint: "this looks like an archive bomb",
		})
	}
	r, err := f.Open()
	if err != nil {
		return u.problem(unreadable(path, err))
	}
	defer r.Close()
	packed := min(int64(f.CompressedSize64), size)
	return u.member(path, &unpacked{src: r, packed: func() int64 { return packed }, budget: u.budget}, depth)
}

// overlaps returns the members whose data begins inside that of another one.
func overlaps(files []*zip.File) map[*zip.File]bool {
	type span struct {
		f        *zip.File
		from, to int64
	}
	var spans []span
	for _, f := range files {
		if at, err := f.DataOffset(); err == nil && f.CompressedSize64 > 0 {
			spans = append(spans, span{f, at, at + int64(f.CompressedSize64)})
		}
	}
	slices.SortStableFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	found := map[*zip.File]bool{}
	var end int64
	for _, s := range spans {
		if s.from < end {
			found[s.f] = true
		}
		end = max(end, s.to)
	}
	return found
}

// tar reads the members of a tar archive.
func (u *unpacker) tar(in input) error {
	t := tar.NewReader(in.r)
	labels := labels{}
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil && h == nil {
			return u.problem(unreadable(in.path, err))
		}
		path := in.path + "!" + labels.next(h.Name)
		if h.Typeflag == tar.TypeDir {
			continue
		}
		if err := u.budget.entry(); err != nil {
			return u.problem(unreadable(in.path, err))
		}
		if !h.FileInfo().Mode().IsRegular() || h.Typeflag == tar.TypeLink {
			err = u.problem(notAFile(path, h.FileInfo().Mode()))
		} else {
			err = u.member(path, t, in.depth+1)
		}
		if err != nil {
			return err
		}
	}
}

// member opens what an archive holds, which may be an archive.
func (u *unpacker) member(path string, r io.Reader, depth int) error {
	limit := u.budget.limits.EntryBytes
	r = &entryReader{src: r, left: limit, max: limit}
	return u.open(input{path: path, r: bufio.NewReaderSize(r, 4096), depth: depth})
}

func notAFile(path string, mode fs.FileMode) schemas.Problem {
	what := "a special file"
	switch {
	case mode.IsRegular():
		what = "a hard link"
	case mode&fs.ModeSymlink != 0:
		what = "a symbolic link"
	case mode&fs.ModeDevice != 0:
		what = "a device"
	case mode&fs.ModeNamedPipe != 0:
		what = "a pipe"
	case mode&fs.ModeSocket != 0:
		what = "a socket"
	}
	return schemas.Problem{File: path, Message: "skipped: it is " + what}
}

// labels makes the names of an archive's members fit to print and unique.
type labels map[string]int

func (l labels) next(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case r == '\\':
			return '/'
		case r == unicode.ReplacementChar, unicode.IsControl(r):
			return '_'
		}
		return r
	}, name)
	name = strings.TrimPrefix(name, "./")
	if len(name) > 1024 {
		name = strings.ToValidUTF8(name[len(name)-1024:], "_")
	}
	l[name]++
	if n := l[name]; n > 1 {
		return name + "#" + strconv.Itoa(n)
	}
	return name
}

// spooled is a stream made readable at any offset: in memory while it is
// small, otherwise in a temporary file.
type spooled struct {
	io.ReaderAt
	size int64
	file *os.File
}

// spoolBytes is how much of a nested archive is kept in memory.
const spoolBytes = 16 << 20

func spool(r io.Reader) (*spooled, error) {
	mem, err := io.ReadAll(io.LimitReader(r, spoolBytes))
	if err != nil {
		return nil, err
	}
	if len(mem) < spoolBytes {
		return &spooled{ReaderAt: bytes.NewReader(mem), size: int64(len(mem))}, nil
	}
	file, err := os.CreateTemp("", "uctrace-*")
	if err != nil {
		return nil, fmt.Errorf("spool archive: %w", err)
	}
	s := &spooled{ReaderAt: file, file: file}
	s.size, err = io.Copy(file, io.MultiReader(bytes.NewReader(mem), r))
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// close removes the temporary file.
func (s *spooled) close() {
	if s.file == nil {
		return
	}
	s.file.Close()
	os.Remove(s.file.Name()) //nolint:errcheck // the system empties its folder of temporary files
}
