package redact_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/redact"
	"github.com/uctrace/uctrace/internal/simulate"
	"github.com/uctrace/uctrace/schemas"
)

// BenchmarkMask reads the simulated logs of each product, without the lines
// that hold secrets; quiet means that nothing is to be masked.
func BenchmarkMask(b *testing.B) {
	lines := map[string][]string{}
	for _, l := range simulate.Traces(time.Date(2024, 3, 4, 8, 0, 0, 0, time.UTC)) {
		product, _, _ := strings.Cut(l.File, "/")
		if mask(l.Text) == l.Text {
			lines[product] = append(lines[product], l.Text)
		}
	}
	for _, product := range []string{"cucm", "expressway", "jabber"} {
		b.Run("quiet/"+product, func(b *testing.B) { bench(b, lines[product]) })
	}
	var all []string
	for _, tt := range secrets {
		clear, _ := marked(tt.text)
		all = append(all, clear)
	}
	b.Run("secrets", func(b *testing.B) { bench(b, all) })
}

// BenchmarkHostile masks one record of nothing but beginnings of secrets.
func BenchmarkHostile(b *testing.B) {
	for _, s := range []string{"<body></body>", "nonce= ", "Authorization: Digest ", "Authorization: Basic ", "xconfiguration key ", "</db:result>", "&lt;auth", "PRIVATE KEY----- ", "Cookie: a=b ", "://a:", "token=", "crypto:inline:", "\"password\" ", "<password a=\"", " <nonce"} {
		b.Run(s, func(b *testing.B) { bench(b, []string{strings.Repeat(s, schemas.MaxRecord/len(s))}) })
	}
}

func bench(b *testing.B, lines []string) {
	var records []string
	for size := 0; size < schemas.MaxBatch; {
		for _, l := range lines {
			records = append(records, l)
			size += len(l)
		}
	}
	rb := batch(records...)
	clear := bytes.Clone(rb.Blob)
	m := new(redact.Masker)
	b.SetBytes(int64(len(clear)))
	b.ReportAllocs()
	for b.Loop() {
		copy(rb.Blob, clear)
		m.Mask(rb)
	}
}
