//go:build unix

package e2e

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"unicode/utf16"
)

// healthy is a log that must be read whatever lies beside it.
const healthy = "00000001.000 |16:22:49.350 |FileHead |UTC:-04:00,Date: 2016/10/18, AppName: CCM, AppId: 100, HostName: cucm1, FileNumber: 642\n" +
	"00000002.000 |16:22:49.360 |AppInfo  |a line\nthat goes on\n" +
	"00000003.000 |16:22:49.361 |AppInfo  |the end\n"

const healthyRecords = 3

// specimen is an input that is not as it should be.
type specimen struct {
	name string
	make func(t *testing.T, path string)
	// says are parts of the located messages that it must lead to.
	says []string
	// unread is true when not all of it can be read: exit status 3.
	unread bool
	// records is how many records with a head it holds nevertheless.
	records int
}

func content(data ...[]byte) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		if err := os.WriteFile(path, bytes.Join(data, nil), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func specimens(t *testing.T) []specimen {
	noise := make([]byte, 64<<10)
	for i := range noise {
		noise[i] = byte(i*i>>3 ^ i*7)
	}
	packed := gzipped([]byte(healthy), 1)
	big := gzipped([]byte(healthy), 40_000)
	crc := bytes.Clone(packed)
	crc[len(crc)-8] ^= 0xff
	bomb := gzipped(make([]byte, 1<<20), 300)
	zipBomb := zipped(t, member{name: "zeros", data: make([]byte, 1<<20), times: 300})
	sealed := zipped(t, member{name: "secret.txt", data: []byte(healthy), sealed: true}, member{name: "open.txt", data: []byte(strings.ReplaceAll(healthy, "cucm1", "cucm9"))})
	deep := []byte(healthy)
	for range 12 {
		deep = zipped(t, member{name: "d.zip", data: deep})
	}
	return []specimen{
		{name: "garbage.bin", make: content(noise), says: []string{"garbage.bin: not a log: binary data"}},
		{name: "nul.txt", make: content([]byte("00000009.000 |16:22:49.350 |AppInfo  |nul\n"), make([]byte, 1<<20), []byte("\n"+healthy)), says: []string{"nul.txt:2: NUL bytes"}, records: healthyRecords + 1},
		{name: "zeros.txt", make: content(make([]byte, 8<<20)), says: []string{"zeros.txt: "}},
		{name: "oneline.txt", make: oneLine, records: 1},
		{name: "crlf.txt", make: content([]byte(strings.ReplaceAll(strings.ReplaceAll(healthy, "cucm1", "crlf"), "\n", "\r\n"))), records: healthyRecords},
		{name: "cr.txt", make: content([]byte(strings.ReplaceAll(strings.ReplaceAll(healthy, "cucm1", "cr"), "\n", "\r"))), records: healthyRecords},
		{name: "utf16le-bom.txt", make: content(wide("lebom", binary.LittleEndian, true)), says: []string{"the text is UTF-16"}, records: healthyRecords},
		{name: "utf16be-bom.txt", make: content(wide("bebom", binary.BigEndian, true)), says: []string{"the text is UTF-16"}, records: healthyRecords},
		{name: "utf16le.txt", make: content(wide("le", binary.LittleEndian, false)), says: []string{"the text is UTF-16"}, records: healthyRecords},
		{name: "utf16be.txt", make: content(wide("be", binary.BigEndian, false)), says: []string{"the text is UTF-16"}, records: healthyRecords},
		{name: "badutf8.txt", make: content([]byte(strings.ReplaceAll(healthy, "a line", "\xff\xfe\xc3( \xe2\x82 cut")), []byte("\xf0\x9f")), records: healthyRecords},
		{name: "empty.txt", make: content()},
		{name: "cut.gz", make: content(big[:len(big)/2]), says: []string{"cut.gz: the gzip data has no end"}, records: -1},
		{name: "crc.gz", make: content(crc), says: []string{"crc.gz: the gzip data is damaged: gzip: invalid checksum"}, unread: true, records: -1},
		{name: "head.gz", make: content(packed[:9]), says: []string{"head.gz: the file ends in the middle"}, unread: true},
		{name: "bomb.gz", make: content(bomb), says: []string{"bomb.gz: not read further: the content unpacks to more than 200 times its size"}, unread: true},
		{name: "bomb.zip", make: content(zipBomb), says: []string{"bomb.zip!zeros: not read further: the content unpacks to more than"}, unread: true},
		{name: "bombs.zip", make: content(zipped(t, member{name: "in.zip", data: zipBomb}, member{name: "b.gz", data: bomb})), says: []string{"bombs.zip!in.zip!zeros: not read", "bombs.zip!b.gz: not read"}, unread: true},
		{name: "deep.zip", make: content(deep), says: []string{"nested deeper than"}, unread: true},
		{
			name: "names.zip", records: 2 * healthyRecords, says: []string{"names.zip!link: skipped: it is a symbolic link"},
			make: content(zipped(t, member{name: "../../escaped.txt", data: []byte(strings.ReplaceAll(healthy, "cucm1", "up"))},
				member{name: "/tmp/uctrace-absolute.txt", data: []byte(strings.ReplaceAll(healthy, "cucm1", "abs"))}, member{name: "link", data: []byte("/etc/passwd"), mode: os.ModeSymlink | 0o777})),
		},
		{name: "links.tar", make: content(links(t)), says: []string{"links.tar!s: skipped: it is a symbolic link", "links.tar!d: skipped: it is a device"}},
		{name: "sealed.zip", make: content(sealed), says: []string{"sealed.zip!secret.txt: the member is encrypted"}, unread: true, records: healthyRecords},
		{name: "cut.zip", make: content(sealed[:len(sealed)-30]), says: []string{"cut.zip: the zip archive is damaged"}, unread: true},
		{name: "dangling", make: func(t *testing.T, path string) { must(t, os.Symlink("/nowhere/at/all", path)) }, says: []string{"dangling: "}},
		{name: "pipe", make: func(t *testing.T, path string) { must(t, syscall.Mkfifo(path, 0o600)) }, says: []string{"pipe: skipped: it is a pipe"}},
		{name: "socket", make: socket, says: []string{"socket: skipped: it is a socket"}},
		{name: "memory", make: func(t *testing.T, path string) { must(t, os.Symlink("/proc/self/mem", path)) }, says: []string{"memory: skipped: the symbolic link leads out of the folder"}, unread: true},
		{name: "lines\n\x1b[31m\xffname.txt", make: content([]byte(strings.ReplaceAll(healthy, "cucm1", "name"))), records: healthyRecords},
		{name: "folders", make: deepFolder, records: healthyRecords},
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// oneLine writes a record of 100 MiB without a line end.
func oneLine(t *testing.T, path string) {
	f, err := os.Create(path)
	must(t, err)
	defer f.Close()
	_, err = f.WriteString("00000008.000 |16:22:49.350 |AppInfo  |")
	must(t, err)
	for range 100 {
		_, err = f.Write(bytes.Repeat([]byte("abcdefgh"), 1<<17))
		must(t, err)
	}
}

// socket leaves a socket that nobody serves.
func socket(t *testing.T, path string) {
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(os.TempDir(), fmt.Sprintf("uctrace-%d", os.Getpid())), Net: "unix"})
	must(t, err)
	l.SetUnlinkOnClose(false)
	must(t, os.Rename(l.Addr().String(), path))
	must(t, l.Close())
}

// deepFolder puts a log below as many folders as a path can name.
func deepFolder(t *testing.T, path string) {
	path = filepath.Join(path, strings.Repeat("d/", (3500-len(path))/2))
	must(t, os.MkdirAll(path, 0o700))
	must(t, os.WriteFile(filepath.Join(path, "deep.txt"), []byte(strings.ReplaceAll(healthy, "cucm1", "deep")), 0o600))
}

func wide(host string, order binary.ByteOrder, mark bool) []byte {
	var b []byte
	if mark {
		b = binary.BigEndian.AppendUint16(b, order.Uint16([]byte{0xfe, 0xff}))
	}
	for _, u := range utf16.Encode([]rune(strings.ReplaceAll(healthy, "cucm1", host))) {
		var two [2]byte
		order.PutUint16(two[:], u)
		b = append(b, two[:]...)
	}
	return b
}

// gzipped compresses data, repeated.
func gzipped(data []byte, times int) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	for range times {
		_, _ = w.Write(data) // a Buffer takes everything
	}
	_ = w.Close()
	return b.Bytes()
}

// member is a file in a zip archive.
type member struct {
	name   string
	data   []byte
	times  int // how often data is repeated, 0 for once
	mode   os.FileMode
	sealed bool
}

func zipped(t *testing.T, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range members {
		h := &zip.FileHeader{Name: m.name, Method: zip.Deflate}
		if m.sealed {
			h.Flags |= 1
		}
		if m.mode != 0 {
			h.SetMode(m.mode)
		}
		w, err := z.CreateHeader(h)
		must(t, err)
		for range max(m.times, 1) {
			_, err = w.Write(m.data)
			must(t, err)
		}
	}
	must(t, z.Close())
	return b.Bytes()
}

func links(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range []tar.Header{{Name: "s", Linkname: "/etc/passwd", Typeflag: tar.TypeSymlink}, {Name: "d", Typeflag: tar.TypeBlock, Devmajor: 8}} {
		must(t, w.WriteHeader(&h))
	}
	must(t, w.WriteHeader(&tar.Header{Name: "f", Typeflag: tar.TypeReg, Size: 4, Mode: 0o600}))
	_, err := io.WriteString(w, "text")
	must(t, err)
	must(t, w.Close())
	return b.Bytes()
}
