package ruleset

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/correlator/rules"
)

// Builtin returns the rules that uctrace ships with, by id. Its only error is
// a fault of the build, which a test finds.
func Builtin() ([]Rule, error) { return load(rules.FS, ".", nil) }

// Load returns the rules in paths: files, and folders with all *.yaml below
// them.
func Load(paths []string) ([]Rule, error) {
	var all []Rule
	var errs []error
	for _, path := range paths {
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("%s: no such file or folder of rules", path)
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		root, name := path, "."
		if !info.IsDir() {
			root, name = filepath.Dir(path), filepath.Base(path)
		}
		found, err := load(os.DirFS(root), name, func(p string) string { return filepath.Join(root, p) })
		if err == nil && len(found) == 0 {
			err = fmt.Errorf("%s: holds no rule file (*.yaml)", path)
		}
		all = append(all, found...)
		errs = append(errs, err)
	}
	return all, errors.Join(errs...)
}

func load(files fs.FS, root string, shown func(string) string) ([]Rule, error) {
	var list []Rule
	var errs []error
	err := fs.WalkDir(files, root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() || !strings.HasSuffix(path, ".yaml") && !strings.HasSuffix(path, ".yml") {
			return nil
		}
		data, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		name := path
		if shown != nil {
			name = shown(path)
		}
		r, err := Parse(name, data)
		errs = append(errs, err)
		list = append(list, r)
		return nil
	})
	errs = append(errs, err)
	slices.SortStableFunc(list, func(a, b Rule) int { return strings.Compare(a.Name, b.Name) })
	return list, errors.Join(errs...)
}

// Merge returns own on top of builtin: a rule of the same id replaces the
// shipped one. Two own rules of one id, and an unless that names no rule, are
// faults.
func Merge(builtin, own []Rule) ([]Rule, error) {
	var errs []error
	byID := map[string]Rule{}
	for _, r := range builtin {
		byID[r.Name] = r
	}
	seen := map[string]string{}
	for _, r := range own {
		if first, twice := seen[r.Name]; twice {
			errs = append(errs, fmt.Errorf("%s: rule %s is also in %s", r.Path, r.Name, first))
		}
		seen[r.Name] = r.Path
		byID[r.Name] = r
	}
	known := map[string]bool{}
	for _, d := range detect.All() {
		known[d.Name] = true
		if r, taken := byID[d.Name]; taken {
			errs = append(errs, fmt.Errorf("%s: rule %s is one that no file can replace", r.Path, r.Name))
		}
	}
	var all []Rule
	for _, r := range byID {
		known[r.Name] = true
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b Rule) int { return strings.Compare(a.Name, b.Name) })
	for _, r := range all {
		for _, id := range r.Unless {
			if !known[id] {
				errs = append(errs, fmt.Errorf("%s: unless: there is no rule %s", r.Path, id))
			}
		}
	}
	return all, errors.Join(errs...)
}

// All returns the shipped rules with those in paths on top.
func All(paths []string) ([]Rule, error) {
	builtin, err := Builtin()
	if err != nil {
		return nil, err
	}
	own, err := Load(paths)
	if err != nil {
		return nil, err
	}
	return Merge(builtin, own)
}

// Title returns the title of the rule called id, "" when there is none.
func Title(list []Rule, id string) string {
	for _, d := range Catalogue(list) {
		if d.Name == id {
			return d.Title
		}
	}
	return ""
}

// Digest names a set of rules, in their order: another one has another name.
func Digest(list []Rule) string {
	h := sha256.New()
	for i := range list {
		h.Write(list[i].Digest[:])
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Signatures returns what the correlator needs of the rules, a rule behind
// those that say the same more precisely: it is silent where one of them spoke.
func Signatures(list []Rule) []detect.Signature {
	sigs := make([]detect.Signature, 0, len(list))
	placed := map[string]bool{}
	var place func(r *Rule)
	place = func(r *Rule) {
		if placed[r.Name] {
			return
		}
		placed[r.Name] = true
		for i := range list {
			if slices.Contains(r.Unless, list[i].Name) {
				place(&list[i])
			}
		}
		sigs = append(sigs, r.Signature)
	}
	for i := range list {
		place(&list[i])
	}
	return sigs
}

// Catalogue lists all that can be found, detectors and rules, by id.
func Catalogue(list []Rule) []detect.Detector {
	all := detect.All()
	for i := range list {
		r := &list[i]
		all = append(all, detect.Detector{Name: r.Name, Title: r.Title, Severity: r.Severity, Doc: r.Doc, Kinds: r.Sessions, Unless: r.Unless})
	}
	slices.SortStableFunc(all, func(a, b detect.Detector) int { return strings.Compare(a.Name, b.Name) })
	return all
}
