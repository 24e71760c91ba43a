package cucm_test

import (
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer/cucm"
	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/schemas"
)

// harmless are lines of healthy systems that read like failures.
const harmless = `00000001.001 |10:00:00.000 |AppInfo  |!!ERROR!! -MediaManager-(6)::handle_MediaDisconnectRequest, mCleanupPreallocatedMTP=0
00000001.002 |10:00:00.000 |AppInfo  |!!ERROR!! -MediaManager-(7)::isMTPNeededForDTMFInjectionFromOOBTo2833 DTMFMTPSide=0, MTPInsertReason=0
00000001.003 |10:00:00.000 |AppInfo  |!!ERROR!! -ConnectionManager- wait_MediaDisconnectRequest :CI NOT FOUND IN TABLE,CI(30000301,30000302),discType=1,IFCreated(0,0)
00000001.004 |10:00:00.000 |AppInfo  |!!ERROR!! -AudioCapStructArray-const_ref - accessing idx(2) of size(2) array so returning a static default object
00000001.005 |10:00:00.000 |AppInfo  |MmmanService - ERROR  Too many calls to decrementTotalNumberOfRegisteredCallingEntities, Already at zero.
00000001.006 |10:00:00.000 |AppInfo  |MRM::waiting_MrmDeallocateMtpResourceReq - ERROR - Deallocate received for an unknown Call Identifier. CI=30000421
00000001.007 |10:00:00.000 |AppInfo  |MediaTerminationPointControl(7)::getResourcesAllocated -- allocateErrBitset=0x0
00000001.008 |10:00:00.000 |AppInfo  |MediaTerminationPointControl(7)::incRequestsThrottledCounter Count=0
00000001.009 |10:00:00.000 |AppInfo  |DET-MediaManager-(252214)::checkAudioPassThru, param(bPostMTPAllocation=0,chkTrp=1), capCount(5,2), mtpPT=1, aPT=2
00000001.010 |10:00:00.000 |AppInfo  |DET-MediaManager-(1)::preCheckCapabilities, region1=Default, region2=Default, Pty1 capCount=12 (Cap,ptime)= (90,20) (6,20)
00000001.011 |10:00:00.000 |AppInfo  |LBMIF: CI: 30000280 ASSOC'   30000279
00000001.012 |10:00:00.000 |AppInfo  |LBMIF: CI: 30000280 BW REL<S 6
00000001.013 |10:00:00.000 |AppInfo  |LBMIF: REL XML< (18) 40000000000000002407 S A:N,0 V:N,0 I:N,0
00000001.014 |10:00:00.000 |AppInfo  |LBMIF: RSV XML< (16) 40000000000000002406 S A:Y,24 V:N,0 I:N,0
00000001.015 |10:00:00.000 |AppInfo  |StationD:    (0033760) Error, auto_register_DbStationAutoRegisterErr
00000001.016 |10:00:00.000 |AppInfo  |StationD:    (0033760) registrationError sent StationOutputRegisterReject
00000001.017 |10:00:00.000 |AppInfo  |StationD:    (0033760) stopDevice - Not stopping, device was never started.
00000001.018 |10:00:00.000 |AppInfo  |ProcessDb - ERROR initializing_DbStationAutoRegisterReq - addDevice failed
00000001.019 |10:00:00.000 |AppInfo  |SIPStationD(9) - sendRegisterResp: non-200 response code 401, ccbId 118, expires 0, warning 
00000001.020 |10:00:00.000 |AppInfo  |SIPStationD(9) - DevStat-StopClose: Auto-registration failed
00000001.021 |10:00:00.000 |AppInfo  |SIPStationD(9) - linkConsultativeCall unable to find primary call ;from-tag=;to-tag= on line 1 from secondary call ci=0. Trying auto link.
00000001.022 |10:00:00.000 |AppInfo  |SIPStationInit: connID=10450, SEP001122334455, 10.1.0.58:44156, DevStat-InitState: ON_NEWREG_QUEUE --> REGISTERED
00000001.023 |10:00:00.000 |AppInfo  |SIPStationInit: connID=10450, SEP001122334455, 10.1.0.58:44156, Dropping the connection
00000001.024 |10:00:00.000 |AppInfo  |SIPStationInit: processAlarmRefer LastOutOfServiceInformation
00000001.025 |10:00:00.000 |AppInfo  |StationInit: (0000000) StationEnhancedAlarm; alarm name=LastOutOfServiceInformation
00000001.026 |10:00:00.000 |AppInfo  |Device Transient deviceName : SEP001122334455, IPAddress : 10.1.0.33, IPv6Address : not shown, IPv4Attribute :3, IPv6Attribute :0, Protocol : 1
00000001.027 |10:00:00.000 |AppInfo  |EndPointTransientConnection - An endpoint attempted to register but did not complete registration Connecting Port:2000 Device name:SEP001122334455 Reason Code:29 Protocol:SCCP
00000001.028 |10:00:00.000 |AppInfo  |GenAlarm: Push_back offset 981 seq 6987
00000001.029 |10:00:00.000 |AppInfo  |//SIP/Stack/Error/0x0/httpish_cache_header_val: DROPPING unregistered header Session-ID: 00000000000000000000000000000000
00000001.030 |10:00:00.000 |AppInfo  |//SIP/Stack/Error/0x0/httpish_msg_free: Freeing NULL pointer!
00000001.031 |10:00:00.000 |AppInfo  |//SIP/Stack/Error/0x0xcd720a8/sipSPIAddPrivacyHeader: Orig Container is NULL...should have value
00000001.032 |10:00:00.000 |AppInfo  |//SIP/Stack/Error/0x0/sipSPIDisplaySipMsgForDebug: ERROR no content type at index 0
00000001.033 |10:00:00.000 |AppInfo  |//SIP/Stack/Error/0x0/sipSPIUcccause_to_sipcause: Unknown PSTN cause code from CCAPI:0
00000001.034 |10:00:00.000 |AppInfo  |//SIP/Stack/Info/0x0/ccsip_process_sipspi_queue_event: ccsip_spi_get_msg_type returned: 2 (SIP_NETWORK_MSG), for event 58 (SIPSPI_EV_SOCKET_ERROR)
00000001.035 |10:00:00.000 |AppInfo  |SIPTcp - Did not find table entry in Close Msg,Index = 10239
00000001.036 |10:00:00.000 |AppInfo  |SIPCdpc(7) - appendReasonHdr - Invalid Disconnect Cause(cause=47), No Reason Header Appended
00000001.037 |10:00:00.000 |AppInfo  |CcmdbStationRegistrationProfileBuilder::getBasicRegistrationProfile::init() - failed rc(3)
00000001.038 |10:00:00.000 |AppInfo  |[CTI-INFO] [CTIHandler::verifying_CtiUserSettingsRes] mCtiUserSettings.mbSecurityEnabled=0
00000001.039 |10:00:00.000 |AppInfo  |LDAP not initialized...connecting...
00000003.000 |10:00:00.000 |SdlSig   |SIPPingResult                          |restart0                       |SIPD(2,100,81,2)                 |SIPHandler(2,100,79,1)           |2,100,14,289.9929^10.1.0.8^*             |[R:N-H:0,N:0,L:0,V:0,Z:0,D:0]  ccbID= 56626 interErr=F resp=483 state=0 --TransType=1 --TransSecurity=0 PeerAddr = 10.1.0.8:5060
00000004.000 |10:00:00.000 |SdlSig   |SdlLinkISV                             |outCall_waitRSVPRes            |SIPCdpc(2,100,82,7)              |SdlLinkService(2,100,4,1)        |2,100,82,7.1^*^*                         |*TraceFlagOverrode
00000005.000 |10:00:00.000 |SdlSig   |CtiDeviceOpenDeviceRes                 |ready                          |CTIHandler(1,200,22,7)           |CTIDeviceLineMgr(1,200,25,1)     |1,200,13,8.5^*^*                         |[R:N-H:0,N:3,L:0,V:0,Z:0,D:0] mAsyncResponse = 4 DH=1|38 Name= SEP0011223344BB Type=7 mOpenResult=0x0
`

// TestHarmless wants no event of lines that read like failures and are none,
// and no memory for them.
func TestHarmless(t *testing.T) {
	b := golden.Batch(cucm.SDL{}, []byte(harmless), golden.Options{})
	a := new(arena.Arena)
	var events []schemas.Event
	for i := range b.Records {
		events = cucm.SDL{}.ParseIn(a, events[:0], &b.File, &b.Records[i])
		for j := range events {
			t.Errorf("%s", golden.Line(&events[j]))
		}
	}
	if n := testing.AllocsPerRun(10, func() {
		for i := range b.Records {
			events = cucm.SDL{}.ParseIn(a, events[:0], &b.File, &b.Records[i])
		}
	}); n > 0 {
		t.Errorf("%v allocations for %d silent records", n, len(b.Records))
	}
}

// FuzzService feeds any text to the readers, behind the words they begin with.
func FuzzService(f *testing.F) {
	for _, seed := range []string{
		"MediaResourceManager::sendAllocationResourceErr - ERROR - no transcoder device configured",
		"MediaTerminationPointControl(7)::SendMTPResourceErrToSender - ERROR  AllocateMtpResourceReq failed -- Ci=1, errBitset=0x2",
		"DET-MediaManager-(2)::preCheckCapabilities, caps mismatch! Xcoder Reqd. kbps(8)",
		"LBMIF: CI: 1 ASSOC    2", "LBMIF: CI: 1 BW RSV>  dev 0x1 400000000000 audio 24",
		"LBMIF: RSV XML> (16) 400000000000 A b|C A:Y,24 V:N,0", "LBMIF: CI: 1 BW RSV<",
		"SIPStationD(1) - sendRegisterResp: non-200 response code 503, ccbId 5, expires 0, warning x",
		"SIPStationD(1) \u2013 verifyAddressAndPort \u2014 Endpoint unregistered (expires=0), old ip:", "SIPStationD(1) - parseLoad: x= name is: [",
		"SIPStationInit: connId=1, S, a@[2001:db8::1]:5060, New [dynamic] device", "StationInit: TCPPid = [1]Socket Broken. DeviceName=S,IPAddr=1",
		"Device Register deviceName : a@b, IPAdress : 1, DeviceType : 90, Protocol : 1", "DchannelInService: deviceName = a@b", "MGCPpn9d - Backhaul link OPEN for Devicename a@b",
		"[CTI-APP] [x] CTI FailureResponse ( seq#=4 result=-1932787617 description=a b=)", "[CTI-APP] [x] CTI E", "CtiLineOpenFailure - a: b",
		"SIPTcp - Ignoring large message from 1.2.3.4:[5]", "//SIP/Stack/Transport/0x0/sipCreateConnInstance: Created new accptd addr=, port=1", "//XML/Error/E: x",
		"EnvProcessCdr::outputCmrData CMR data - 2,1,5,1,\"", "AlarmClass: a, AlarmName: b, AlarmParameters: C:d, E:, F:g, h", "AddDevice returns Error",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		const number = "00000001.001 |10:00:00.000 |"
		golden.Check(t, cucm.SDL{}, []byte(number+"AppInfo  |"+text+"\n"+number+"AlarmErr |"+text+"\n"))
		golden.Check(t, cucm.SDI{}, []byte("10:00:00.000 CCM|"+text+"|<CT::1,1,1,1><DEV::SEP1>\n"))
		for _, signal := range []string{"StationRegister", "MGCPRestartInProgress", "MediaConnectErrorInd", "DbDiagnosticsReq", "CtiUserSettingsRes", "CtiLineOpenLineRes"} {
			golden.Check(t, cucm.SDL{}, []byte(number+"SdlSig   |"+signal+" |a |MGCPInit(1) |B(1) |1,1,1,1^1.1.1.1^SEP1 |[R] "+text+"\n"))
		}
	})
}
