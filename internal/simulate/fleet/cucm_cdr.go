package fleet

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// cdrColumns are the columns of a call detail record up to its devices. Those
// that are texts are quoted. Releases add columns behind these.
const cdrColumns = `cdrRecordType,globalCallID_callManagerId,globalCallID_callId,origLegCallIdentifier,dateTimeOrigination,origNodeId,origSpan,origIpAddr,"callingPartyNumber","callingPartyUnicodeLoginUserID",origCause_location,origCause_value,origPrecedenceLevel,origMediaTransportAddress_IP,origMediaTransportAddress_Port,origMediaCap_payloadCapability,origMediaCap_maxFramesPerPacket,origMediaCap_g723BitRate,origVideoCap_Codec,origVideoCap_Bandwidth,origVideoCap_Resolution,origVideoTransportAddress_IP,origVideoTransportAddress_Port,"origRSVPAudioStat","origRSVPVideoStat",destLegIdentifier,destNodeId,destSpan,destIpAddr,"originalCalledPartyNumber","finalCalledPartyNumber","finalCalledPartyUnicodeLoginUserID",destCause_location,destCause_value,destPrecedenceLevel,destMediaTransportAddress_IP,destMediaTransportAddress_Port,destMediaCap_payloadCapability,destMediaCap_maxFramesPerPacket,destMediaCap_g723BitRate,destVideoCap_Codec,destVideoCap_Bandwidth,destVideoCap_Resolution,destVideoTransportAddress_IP,destVideoTransportAddress_Port,"destRSVPAudioStat","destRSVPVideoStat",dateTimeConnect,dateTimeDisconnect,"lastRedirectDn","pkid","originalCalledPartyNumberPartition","callingPartyNumberPartition","finalCalledPartyNumberPartition","lastRedirectDnPartition",duration,"origDeviceName","destDeviceName"`

// cmrColumns are those of a call management record: what one phone says about
// the media of a call.
const cmrColumns = `cdrRecordType,globalCallID_callManagerId,globalCallID_callId,nodeId,"directoryNum",callIdentifier,dateTimeStamp,numberPacketsSent,numberOctetsSent,numberPacketsReceived,numberOctetsReceived,numberPacketsLost,jitter,latency,"pkid","directoryNumPartition","globalCallId_ClusterID","deviceName","varVQMetrics",duration`

// repository is one of the publisher's files of records: cdr or cmr.
func (s *site) repository(kind, columns string) *logFile {
	pub := s.nodes[0]
	return pub.log(kind, func() *logFile {
		return &logFile{
			path: func(int) string {
				return fmt.Sprintf("%scm/cdr_repository/processed/%s/%s_StandAloneCluster_01_%s_0", pub.collected(), s.w.start.UTC().Format("20060102"), kind, s.w.start.UTC().Format("200601021504"))
			},
			head: func(int, time.Time) string {
				var names, types []string
				for c := range strings.SplitSeq(columns, ",") {
					typ := "INTEGER"
					if c[0] == '"' {
						typ = "VARCHAR(50)"
					}
					names, types = append(names, `"`+strings.Trim(c, `"`)+`"`), append(types, typ)
				}
				return strings.Join(names, ",") + "\n" + strings.Join(types, ",") + "\n"
			},
		}
	})
}

// record writes the call's detail record, which the repository gets a while
// after the call. answered is zero for a call that was not.
func (c *call) record(began, answered time.Time, cause int) {
	s := c.s
	duration, connect := int64(0), int64(0)
	if !answered.IsZero() {
		connect, duration = answered.Unix(), s.t.Unix()-answered.Unix()
	}
	dest, destIP, destNode := "", 0, c.node
	if len(c.b) > 0 {
		b := c.b[len(c.b)-1]
		dest, destIP, destNode = b.device, littleEndian(b.ip), b.node
	}
	values := map[string]any{
		"cdrRecordType": 1, "globalCallID_callManagerId": c.node.id, "globalCallID_callId": c.globalCall,
		"origLegCallIdentifier": c.ciA, "destLegIdentifier": c.ciB, "origNodeId": c.node.id, "destNodeId": destNode.id,
		"dateTimeOrigination": began.Unix(), "dateTimeConnect": connect, "dateTimeDisconnect": s.t.Unix(), "duration": duration,
		"origIpAddr": littleEndian(c.a.ip), "destIpAddr": destIP, "callingPartyNumber": c.caller, "originalCalledPartyNumber": c.called,
		"finalCalledPartyNumber": c.called, "origCause_value": cause, "destCause_value": 0, "origDeviceName": c.deviceA, "destDeviceName": dest,
		"pkid": s.uuid(), "origPrecedenceLevel": 4, "destPrecedenceLevel": 4,
	}
	s.in(c.session)
	s.write(c.node.site.repository("cdr", cdrColumns), csv(cdrColumns, values))
}

// quality writes what the phone of one leg says about its media.
func (c *call) quality(ci int, u *user, sent, received int) {
	s := c.s
	s.in(c.session)
	s.write(c.node.site.repository("cmr", cmrColumns), csv(cmrColumns, map[string]any{
		"cdrRecordType": 2, "globalCallID_callManagerId": c.node.id, "globalCallID_callId": c.globalCall, "nodeId": c.node.id,
		"directoryNum": u.dn, "callIdentifier": ci, "dateTimeStamp": s.t.Unix(), "numberPacketsSent": sent, "numberOctetsSent": 160 * sent,
		"numberPacketsReceived": received, "numberOctetsReceived": 160 * received, "pkid": s.uuid(), "globalCallId_ClusterID": s.site.cluster(),
		"deviceName": u.phone(), "varVQMetrics": "CCR=0.0000;ICR=0.0000;ICRmx=0.0000;CS=0;SCS=0;VoRxCodec=G.711 u-la", "duration": sent / 50,
	}))
}

// csv is a row of values; what has none is 0 or an empty text.
func csv(columns string, values map[string]any) string {
	var row []string
	for column := range strings.SplitSeq(columns, ",") {
		name := strings.Trim(column, `"`)
		v, has := values[name]
		switch {
		case column != name && has:
			row = append(row, fmt.Sprintf(`"%v"`, v))
		case column != name:
			row = append(row, `""`)
		case has:
			row = append(row, fmt.Sprint(v))
		default:
			row = append(row, "0")
		}
	}
	return strings.Join(row, ",")
}

// littleEndian is how a record prints an IPv4 address: as a signed number, its
// bytes in reverse.
func littleEndian(ip string) int {
	a, err := netip.ParseAddr(ip)
	if err != nil || !a.Is4() {
		return 0
	}
	b := a.As4()
	return int(int32(binary.LittleEndian.Uint32(b[:])))
}
