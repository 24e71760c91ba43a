// Package house holds the rules about the shape of the repository that a
// compiler does not check.
package house

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	module = "github.com/uctrace/uctrace/"
	root   = "../.."
	// maxLines is where a file holds too much to keep in a head.
	maxLines = 500
)

// owners are the packages that may import a library, and nobody else.
var owners = map[string][]string{
	"github.com/nats-io/nats.go":          {"internal/bus", "internal/natsd"},
	"github.com/nats-io/nats-server":      {"internal/natsd"},
	"github.com/ClickHouse/":              {"sinks/clickhouse", "internal/chdb", "internal/read"},
	"github.com/vmihailenco/msgpack":      {"schemas/wire"},
	"github.com/ebitengine/purego":        {"internal/chdb"},
	"go.yaml.in/yaml":                     {"internal/config", "internal/ruleset"},
	"github.com/klauspost/compress/s2":    {"schemas/wire", "internal/bus"},
	module + "internal/natsd":             {"cmd/uctraced"},
	module + "internal/chdb":              {"cmd/uctraced"},
	module + "sinks/clickhouse":           {"cmd/uctraced"},
	module + "internal/read":              {"internal/web", "cmd/uctraced"},
	module + "internal/simulate":          {"cmd/uctraced", "cmd/uctrace", "internal/eval"},
	"github.com/prometheus/":              {"internal/metrics", "sinks/loki"},
	"github.com/grafana/loki":             {"sinks/loki"},
	module + "sinks/loki":                 {"cmd/uctraced"},
	"github.com/klauspost/compress/gzip":  {"collector"},
	"github.com/klauspost/compress/flate": {"collector"},

	// Dashboards are written when they change, by no program that is shipped.
	"github.com/grafana/grafana-foundation-sdk/": {"internal/grafana"},
}

// core are the packages without goroutines, clocks, loggers and I/O.
var core = []string{"schemas", "normalizer", "correlator"}

// coreMayNotImport of the standard library.
var coreMayNotImport = []string{"os", "net", "net/http", "log", "log/slog", "context", "sync", "io/fs", "math/rand"}

func TestImportsFollowTheArchitecture(t *testing.T) {
	for _, f := range goFiles(t) {
		if strings.HasSuffix(f.path, "_test.go") {
			continue
		}
		dir := filepath.ToSlash(filepath.Dir(f.path))
		for _, spec := range f.syntax.Imports {
			path := strings.Trim(spec.Path.Value, `"`)
			for library, may := range owners {
				if strings.HasPrefix(path, library) && !inside(dir, may) && !strings.HasPrefix(module+dir, strings.TrimSuffix(library, "/")) {
					t.Errorf("%s imports %s, which only %v may", f.path, path, may)
				}
			}
			if !inside(dir, core) || dir == "schemas/wire" {
				continue
			}
			if slices.Contains(coreMayNotImport, path) && f.path != "schemas/sink.go" { // a sink waits, and says so in its contract
				t.Errorf("%s imports %s: the core has no I/O, clock, goroutine or logger", f.path, path)
			}
			if strings.Contains(path, ".") && !strings.HasPrefix(path, module) {
				t.Errorf("%s imports %s: the core uses the standard library only", f.path, path)
			}
			if rel, ok := strings.CutPrefix(path, module); ok && !inside(rel, core) {
				t.Errorf("%s imports %s, which is outside the core", f.path, path)
			}
		}
	}
}

func TestAgentStaysSmall(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", module+"cmd/uctrace-agent").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, banned := range []string{"github.com/ClickHouse/", "github.com/grafana/", "github.com/nats-io/nats-server", "github.com/ebitengine/purego", module + "correlator", module + "sinks"} {
		if bytes.Contains(out, []byte(banned)) {
			t.Errorf("uctrace-agent links %s", banned)
		}
	}
}

func TestNoClockInTheCore(t *testing.T) {
	for _, f := range goFiles(t) {
		if dir := filepath.ToSlash(filepath.Dir(f.path)); !inside(dir, core) || strings.HasSuffix(f.path, "_test.go") {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Sleep", "After", "Tick", "NewTimer"}, n.Sel.Name) {
					t.Errorf("%s: time.%s in the core: time is an argument", f.fset.Position(n.Pos()), n.Sel.Name)
				}
			case *ast.GoStmt:
				t.Errorf("%s: goroutine in the core", f.fset.Position(n.Pos()))
			}
			return true
		})
	}
}

func TestFilesFitInAHead(t *testing.T) {
	for _, f := range goFiles(t) {
		if lines := f.fset.File(f.syntax.FileStart).LineCount(); lines > maxLines {
			t.Errorf("%s has %d lines, the limit is %d", f.path, lines, maxLines)
		}
	}
}

func TestNoInitFunctions(t *testing.T) {
	for _, f := range goFiles(t) {
		for _, d := range f.syntax.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s: init function", f.fset.Position(fn.Pos()))
			}
		}
	}
}

type goFile struct {
	path   string // relative to the root
	fset   *token.FileSet
	syntax *ast.File
}

func goFiles(t *testing.T) []goFile {
	t.Helper()
	var files []goFile
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && path != root) {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") {
			return nil
		}
		fset := token.NewFileSet()
		syntax, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		files = append(files, goFile{rel, fset, syntax})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 10 {
		t.Fatalf("found only %d Go files", len(files))
	}
	return files
}

func inside(dir string, folders []string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return dir == f || strings.HasPrefix(dir, f+"/") })
}
