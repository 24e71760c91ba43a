// Command compose checks a compose file as the plugin of Docker reads it, with
// the library that the plugin uses, and against what we promise of it.
//
//	compose FOLDER
//
// FOLDER holds compose.yaml and .env. It prints what is wrong.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

func main() {
	project, err := load(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	faults := check(project)
	for _, f := range faults {
		fmt.Fprintln(os.Stderr, f)
	}
	if len(faults) > 0 {
		os.Exit(1)
	}
	fmt.Printf("%d services, %d secrets, %d volumes\n", len(project.Services), len(project.Secrets), len(project.Volumes))
}

// load reads the file with the schema of the specification; a variable that
// is wanted and empty is an error.
func load(folder string) (*types.Project, error) {
	options, err := cli.NewProjectOptions([]string{filepath.Join(folder, "compose.yaml")},
		cli.WithWorkingDirectory(folder), cli.WithEnvFiles(filepath.Join(folder, ".env")), cli.WithDotEnv, cli.WithResolvedPaths(true))
	if err != nil {
		return nil, err
	}
	return options.LoadProject(context.Background())
}

func check(p *types.Project) (faults []string) {
	for _, name := range slices.Sorted(keys(p.Services)) {
		s := p.Services[name]
		fault := func(format string, args ...any) { faults = append(faults, name+": "+fmt.Sprintf(format, args...)) }
		once := s.Restart == ""
		switch {
		case !s.ReadOnly:
			fault("its file system can be written to")
		case !slices.Contains(s.CapDrop, "ALL"):
			fault("keeps capabilities")
		case !slices.Contains(s.SecurityOpt, "no-new-privileges:true"):
			fault("may gain privileges")
		case s.Privileged:
			fault("is privileged")
		}
		if s.Image == "" || strings.HasSuffix(s.Image, ":latest") || !strings.Contains(s.Image, ":") {
			fault("image %q has no version", s.Image)
		}
		if !once && s.HealthCheck == nil {
			fault("has no health check")
		}
		if s.Build != nil && s.User == "" {
			fault("runs as whoever the image says")
		}
		for _, port := range s.Ports {
			if port.HostIP != "127.0.0.1" {
				fault("port %s is open to other hosts", port.Published)
			}
		}
		for _, v := range s.Volumes {
			if v.Type == types.VolumeTypeBind {
				if _, err := os.Stat(v.Source); err != nil {
					fault("mounts what is not there: %v", err)
				}
				if !v.ReadOnly {
					fault("may write to %s", v.Source)
				}
			}
		}
		for key, value := range s.Environment {
			if value != nil && *value == "" {
				fault("%s is empty", key)
			}
		}
	}
	for _, name := range slices.Sorted(keys(p.Secrets)) {
		data, err := os.ReadFile(p.Secrets[name].File)
		if err != nil || len(strings.TrimSpace(string(data))) == 0 {
			faults = append(faults, fmt.Sprintf("secret %s: nothing in %s %v", name, p.Secrets[name].File, err))
		}
	}
	return faults
}

func keys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}
