//go:build unix

package e2e

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/lokitest"
)

// canary begins every secret that is planted; no log holds it otherwise.
const canary = "c4Nary"

// secrets are what products write where nobody should; each %s is one.
var secrets = []string{
	`Authorization: Digest username="1002",realm="ccmsipline",uri="sip:cucm-sub",response="%s",nonce="%s",cnonce="%s",algorithm=MD5`,
	`Proxy-Authorization: Bearer token="%s"`,
	`Authorization: Basic %s`,
	`<ns:password xsi:type="xsd:string">%s</ns:password><pin>%s</pin><digestCredentials>%s</digestCredentials>`,
	`GET /cucm-uds/user/ann?password=%s&access_token=%s HTTP/1.1`,
	`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>%s</auth>`,
	`<db:result from='a.example' to='b.example'>%s</db:result>`,
	`<db:verify from='a.example' to='b.example' id='1327B794B'>%s</db:verify>`,
	`Cookie: JSESSIONIDSSO=%s; X-Auth=%s`,
	`Set-Cookie: X-Auth=%s; Path=/; Domain=.example.com; Secure; HttpOnly`,
	`calc 1-time token(userid:ann@example.com, token:%s)`,
	`{"access_token":"%s","refresh_token" : "%s","token_type":"Bearer"}`,
	`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:%s|2^31|1:1`,
	`a=ice-pwd:%s`,
	`https://admin:%s@cucm.example.com:8443/axl/`,
	`Detail="xconfiguration SNMP CommunityName - changed from: %s to: %s" User="admin"`,
	`{"user":"ann","pin": "%s","password":"%s"}`,
	`<message from='ann@example.com' to='ben@example.com'><body>%s</body></message>`,
}

// plantedFleet writes the logs of a simulated deployment of all products with
// secrets in each of them, and returns their folder.
func plantedFleet(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "fleet")
	simulate := exec.CommandContext(t.Context(), filepath.Join(bin, "uctrace"), "simulate", "--sessions", "1", "--out", dir)
	simulate.Env = environment()
	if out, err := simulate.CombinedOutput(); err != nil {
		t.Fatalf("uctrace simulate: %v\n%s", err, out)
	}
	dir = filepath.Join(dir, "logs")
	n, line := 0, 0
	kinds := map[string]int{}
	digits := regexp.MustCompile(`[0-9]+`)
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		const enough = 3 // logs of a kind
		kind := digits.ReplaceAllString(d.Name(), "")
		if kinds[kind]++; kinds[kind] > enough {
			return os.Remove(path)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var planted bytes.Buffer
		for l := range bytes.Lines(text) {
			line++
			planted.Write(bytes.TrimRight(l, "\r\n"))
			if line%7 == 0 {
				form := secrets[line/7%len(secrets)]
				for strings.Contains(form, "%s") {
					n++
					form = strings.Replace(form, "%s", fmt.Sprintf("%s%dQ7w9Z2k5", canary, n), 1)
				}
				// In the line of the record, or in one of its own.
				planted.WriteString([]string{" ", "\n"}[line%2] + form)
			}
			planted.WriteByte('\n')
		}
		return os.WriteFile(path, planted.Bytes(), 0o600)
	}))
	if n < 1000 {
		t.Fatalf("only %d secrets", n)
	}
	return dir
}

// TestCapability14SecretsAreStoredNowhere plants secrets in the logs of all
// products, sends them the real way, and looks for them in every byte that is
// kept or shown. That the search finds what is there is seen on an agent that
// does not mask.
func TestCapability14SecretsAreStoredNowhere(t *testing.T) {
	logs := plantedFleet(t)
	for _, mask := range []bool{true, false} {
		t.Run(fmt.Sprintf("mask=%t", mask), func(t *testing.T) {
			k := stored(t, logs, mask, "")
			k.expect(t, mask, "UC_RECORDS", "UC_EVENTS", "OBJ_UC_SNAPSHOTS", "ClickHouse events", "pages", "API")
			if !mask {
				return
			}
			k.look("uctrace analyze", printed(t, "analyze", "--mask", "--verbose", logs))
			k.look("uctrace analyze", printed(t, "analyze", "--mask", "--format", "json", logs))
			k.look("uctrace records", printed(t, "records", "--mask", logs))
			k.expect(t, mask, "uctrace analyze", "uctrace records")
		})
	}
}

// TestCapability14SecretsStayOutOfLoki is the same with a real Loki.
func TestCapability14SecretsStayOutOfLoki(t *testing.T) {
	logs := plantedFleet(t)
	for _, mask := range []bool{true, false} {
		t.Run(fmt.Sprintf("mask=%t", mask), func(t *testing.T) {
			l := lokitest.Start(t)
			k := stored(t, logs, mask, l.URL)
			today := time.Now().UTC().Truncate(24 * time.Hour)
			// The day of the fleet, that of what has no date, and those beside.
			for _, day := range []time.Time{time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), today} {
				for _, line := range l.Lines(`{job="uctrace"}`, day.AddDate(0, 0, -1), day.AddDate(0, 0, 2)) {
					k.look("Loki", []byte(line.Text+"\n"+fmt.Sprint(line.Labels)))
				}
			}
			k.expect(t, mask, "Loki")
		})
	}
}

// kept is what was looked at, by the name of the place.
type kept struct {
	bytes map[string]int
	hits  map[string]int
	first map[string]string
}

func (k *kept) look(place string, data []byte) {
	k.bytes[place] += len(data)
	if i := bytes.Index(data, []byte(canary)); i >= 0 {
		k.hits[place] += bytes.Count(data, []byte(canary))
		if k.first[place] == "" {
			k.first[place] = string(data[max(0, i-120):min(len(data), i+40)])
		}
	}
}

// expect fails the test when a secret is anywhere although the agent masked
// them, or when the search did not find them in places that hold what was not
// masked.
func (k *kept) expect(t *testing.T, mask bool, places ...string) {
	t.Helper()
	for _, place := range places {
		if k.bytes[place] == 0 || !mask && k.hits[place] == 0 {
			t.Errorf("%s: %d bytes, %d secrets: the search is blind", place, k.bytes[place], k.hits[place])
		}
	}
	for place, n := range k.hits {
		if mask {
			t.Errorf("%s holds %d secrets: …%q…", place, n, k.first[place])
		}
	}
	var list []string
	for place, n := range k.bytes {
		list = append(list, fmt.Sprintf("%s: %d bytes, %d secrets", place, n, k.hits[place]))
	}
	slices.Sort(list)
	t.Logf("%s", strings.Join(list, "\n"))
}

func printed(t *testing.T, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(bin, "uctrace"), args...)
	cmd.Env = environment()
	out, err := cmd.Output()
	if len(out) == 0 {
		t.Fatalf("uctrace %v: %v", args, err)
	}
	return out
}
