// Command generate writes the dashboards of deploy/grafana:
//
//	go run ./internal/grafana/generate [-page URL] FOLDER
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/uctrace/uctrace/internal/grafana"
)

func main() {
	page := flag.String("page", grafana.DefaultPage, "`address` of uctraced's own page, as browsers reach it")
	flag.Parse()
	if err := write(*page, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func write(page string, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("want one folder to write to, got %d", len(args))
	}
	files, err := grafana.Files(page)
	if err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(args[0], name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
