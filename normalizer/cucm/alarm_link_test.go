package cucm

import (
	"testing"

	"github.com/uctrace/uctrace/schemas"
)

// TestRefusedLink reads the text of records of the type SdlError: of all of
// them only a refused link between nodes is a failure.
func TestRefusedLink(t *testing.T) {
	const blank = "                                       |                               |                                 |"
	for _, tt := range []struct{ body, peer, reason string }{
		{
			blank + "      |       |<Unknown SdlLink Connection attempt rejected by this node. Check database.> TCPAddress: [10.1.0.5:8002]\n",
			"10.1.0.5:8002", "Unknown SdlLink Connection attempt rejected by this node. Check database.",
		},
		{blank + "      |       |Error:  Description: A transition is not defined for the input signal.\n", "", ""},
		{"SdlCloseReq                            |NA        |SdlTCPConnection(1,100,14,67223) |SdlLinkControl(1,100,19,1) |1,100,14,67223.3^*^* |Destination process does not exist\n", "", ""},
		{"CcRelInd                               |NA        |                                 |Cc(3,100,225,1)            |3,100,14,31.1857^*^* |Destination NodeId or AppId == 0\n", "", ""},
	} {
		r := schemas.Record{Text: []byte(tt.body)}
		x := trace{file: &schemas.File{}, record: &r, body: r.Text}
		var peer, reason string
		for _, e := range x.service(nil) {
			if e.Kind != schemas.KindSIPConnection || e.Attr("state") != "failed" {
				t.Errorf("%q: %s %v", tt.body, e.Kind, e.Attrs)
			}
			peer, reason = e.Attr("peer"), e.Attr("reason")
		}
		if peer != tt.peer || reason != tt.reason {
			t.Errorf("%q: peer %q, reason %q; want %q, %q", tt.body, peer, reason, tt.peer, tt.reason)
		}
	}
}
