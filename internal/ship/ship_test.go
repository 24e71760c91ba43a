package ship

import (
	"testing"

	"github.com/uctrace/uctrace/schemas"
)

func TestMessageID(t *testing.T) {
	fp := schemas.FingerprintOf([]byte("a log"))
	records := []schemas.Record{{Text: []byte("x")}}
	problem := func(file, message string) []schemas.Problem {
		return []schemas.Problem{{File: file, Message: message, Unread: true}}
	}
	unread := schemas.RecordBatch{File: schemas.File{Path: "a"}, Problems: problem("a", "permission denied")}
	batch := schemas.RecordBatch{File: schemas.File{Path: "a", Fingerprint: fp}, Records: records, Start: 10, End: 11}
	tests := []struct {
		name string
		a, b schemas.RecordBatch
		same bool
	}{
		{"a batch sent twice", batch, batch, true},
		{"the same bytes in a file of another name", batch, schemas.RecordBatch{File: schemas.File{Path: "b.gz", Fingerprint: fp}, Records: records, Start: 10, End: 11}, true},
		{"the same bytes with another remark", batch, schemas.RecordBatch{File: batch.File, Records: records, Start: 10, End: 11, Problems: problem("a", "x")}, true},
		{"the end of the file", batch, schemas.RecordBatch{File: batch.File, Records: records, Start: 10, End: 11, EOF: true}, false},
		{"other bytes", batch, schemas.RecordBatch{File: batch.File, Records: records, Start: 11, End: 12}, false},
		{"a fault sent twice", unread, unread, true},
		{"two files that cannot be read", unread, schemas.RecordBatch{File: schemas.File{Path: "b"}, Problems: problem("b", "permission denied")}, false},
		{"two faults of one file", unread, schemas.RecordBatch{File: schemas.File{Path: "a"}, Problems: problem("a", "input/output error")}, false},
		{"two members of one archive", unread, schemas.RecordBatch{File: schemas.File{Path: "a"}, Problems: problem("a!b", "permission denied")}, false},
		{
			"a fault at the start and an empty end",
			schemas.RecordBatch{File: schemas.File{Path: "a", Fingerprint: fp}, EOF: true},
			schemas.RecordBatch{File: schemas.File{Path: "a", Fingerprint: fp}, EOF: true, Problems: problem("a", "cut")},
			false,
		},
	}
	for _, tt := range tests {
		a, b := MessageID(&tt.a), MessageID(&tt.b)
		if (a == b) != tt.same {
			t.Errorf("%s: %s and %s", tt.name, a, b)
		}
	}
}
