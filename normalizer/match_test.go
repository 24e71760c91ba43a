package normalizer_test

import (
	"bytes"
	"fmt"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/uctrace/uctrace/internal/reference"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
)

// headBytes is how much of a file Match sees.
const headBytes = 64 << 10

// claim is how sure a parser is of a file.
type claim struct {
	pkg    string // the folder of the parser
	source schemas.Source
	sure   int
}

// claims returns the claims on a file that are above 0, the highest first.
func claims(file string, log []byte) []claim {
	log = log[:min(len(log), headBytes)]
	var list []claim
	for _, p := range normalizer.Parsers() {
		if n := p.Match(file, log); n > 0 {
			list = append(list, claim{path.Base(reflect.TypeOf(p).PkgPath()), p.Source(), n})
		}
	}
	slices.SortStableFunc(list, func(a, b claim) int { return b.sure - a.sure })
	return list
}

// rivals says which parsers claim a file with equal certainty, "" when one is the
// surest, or when none claims it.
func rivals(list []claim) string {
	if len(list) < 2 || list[0].sure > list[1].sure {
		return ""
	}
	var names []string
	for _, c := range list {
		if c.sure == list[0].sure {
			names = append(names, fmt.Sprintf("%s (%s, %d)", c.pkg, c.source, c.sure))
		}
	}
	return strings.Join(names, ", ")
}

// TestEveryParserKnowsItsOwn gives the log of every fixture to all parsers: the
// one whose fixture it is must be the surest, and nobody as sure. What a document
// quotes belongs to none: its lines are found one by one.
func TestEveryParserKnowsItsOwn(t *testing.T) {
	paths, err := filepath.Glob("*/testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no fixtures (%v)", err)
	}
	for _, file := range paths {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == "log" })
		if i < 0 {
			continue
		}
		list := claims(optionOf(string(archive.Comment), "path"), archive.Files[i].Data)
		if r := rivals(list); r != "" {
			t.Errorf("%s: claimed by %s", file, r)
			continue
		}
		own, _, _ := strings.Cut(filepath.ToSlash(file), "/")
		quoted := slices.Contains(strings.Split(string(archive.Comment), "\n"), "excerpt")
		switch {
		case len(list) > 0 && list[0].pkg != own:
			t.Errorf("%s: taken for %s by %s (%d)", file, list[0].source, list[0].pkg, list[0].sure)
		case len(list) > 0 && quoted:
			t.Logf("%s: a document is claimed by its own parser (%d)", file, list[0].sure)
		case len(list) == 0 && !quoted:
			t.Logf("%s: nobody claims it", file)
		}
	}
}

// optionOf returns the value of an option in the comment of a fixture.
func optionOf(comment, name string) string {
	for line := range strings.Lines(comment) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), name+": "); ok {
			return value
		}
	}
	return ""
}

// TestReferenceLogsHaveOneOwner gives every reference log to all parsers, under a
// name that tells nothing: one is the surest, and it is of the product whose
// folder the log lies in.
func TestReferenceLogsHaveOneOwner(t *testing.T) {
	// What lies in a folder beside its own product's logs: SIP without heads, the
	// traces of the servers that a client talks to.
	products := map[string][]string{
		"cucm": {"cucm"}, "jabber": {"jabber", "sip", "cucm"}, "expressway": {"expressway"},
		"imp": {"imp", "xmpp", "cucm", "expressway"},
	}
	paths, _ := filepath.Glob(filepath.Join(reference.Path(t, "corpus"), "*/*.log"))
	for _, file := range paths {
		folder := filepath.Base(filepath.Dir(file))
		name := folder + "/" + filepath.Base(file)
		list := claims("renamed.txt", []byte(readFile(t, file)))
		if r := rivals(list); r != "" {
			t.Errorf("%s: claimed by %s", name, r)
			continue
		}
		if len(list) == 0 {
			t.Logf("%s: nobody claims it", name)
			continue
		}
		if list[0].source == schemas.Unknown {
			continue // lists that no product of its own writes: package collection
		}
		product, _, _ := strings.Cut(string(list[0].source), ".")
		if want := products[folder]; want != nil && !slices.Contains(want, product) {
			t.Errorf("%s: taken for %s", name, list[0].source)
		}
	}
}

// TestXMPPSourcesStayApart names the owner of the logs that show the same XMPP
// from different sides.
func TestXMPPSourcesStayApart(t *testing.T) {
	for name, want := range map[string]schemas.Source{
		"imp/pidgin_imp_sasl_plain_not_authorized":       schemas.XMPPClient,
		"imp/CONSTRUCTED_seed004_auth_sent_no_answer":    schemas.XMPPClient,
		"imp/CONSTRUCTED_seed004_auth_slow_but_ok":       schemas.XMPPClient,
		"imp/xcp_jabberd_reverse_dns_and_cert_hostname":  schemas.ExpresswayTVCS,
		"expressway/x82_xmpp_dialback_three_roles":       schemas.ExpresswayTVCS,
		"expressway/x81_xcp_jabberd_7400_refused_joined": schemas.ExpresswayTVCS,
	} {
		list := claims("renamed.txt", reference.Log(t, "corpus/"+name+".log"))
		if len(list) == 0 || list[0].source != want {
			t.Errorf("%s: claimed by %v, want %s", name, list, want)
		}
	}
}

// TestXMPPHeadsAreExact looks for lines of other logs that the parsers of IM and
// Presence and of XMPP clients take for heads of theirs: in a document, where all
// parsers are asked, they would tear other records apart.
func TestXMPPHeadsAreExact(t *testing.T) {
	logs := map[string][]byte{}
	fixtures, _ := filepath.Glob("*/testdata/*.txtar")
	for _, file := range fixtures {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			if f.Name == "log" && !strings.HasPrefix(file, "imp") && !strings.HasPrefix(file, "xmppclient") {
				logs[file] = f.Data
			}
		}
	}
	samples, _ := filepath.Glob(filepath.Join(reference.Path(t, "corpus"), "*/*.log"))
	seeds, _ := filepath.Glob(filepath.Join(reference.Path(t, "seeds"), "*.txt"))
	for _, file := range append(samples, seeds...) {
		if name := filepath.Base(file); !strings.HasPrefix(name, "pidgin") && !strings.HasPrefix(name, "CONSTRUCTED_seed004") {
			logs[name] = []byte(readFile(t, file))
		}
	}
	for _, source := range []schemas.Source{schemas.IMPXCP, schemas.XMPPClient} {
		p := normalizer.ForSource(source)
		for name, log := range logs {
			if n := p.Match(name, log[:min(len(log), headBytes)]); n > 0 {
				t.Errorf("%s matches %s with %d", source, name, n)
			}
			for line := range bytes.Lines(log) {
				if _, ok := p.Start(bytes.TrimRight(line, "\r\n"), schemas.Seed(time.Time{}, nil)); ok {
					t.Errorf("%s: a head of %s: %s", name, source, line)
				}
			}
		}
	}
}
