package codes

// Unregister returns the name of a Reason of the alarms EndPointUnregistered
// and DeviceUnregistered: CcmDevUnregCauseCode of CISCO-CCM-MIB (July 2010),
// which CUCM has used since 8.0. Older releases number from 9 on otherwise.
//
//	[Protocol=SIP][DeviceType=592][Description=Phone][Reason=13]  →  KeepAliveTimeout
func Unregister(reason int) string { return unregister.at(reason) }

// Transient returns the name of a Reason of the alarms
// EndPointTransientConnection and DeviceTransientConnection, a registration
// that was not completed: CcmDevRegFailCauseCode of CISCO-CCM-MIB.
//
//	Reason Code:29 … LastSignalReceived:DbStationAutoRegisterErr  →  AutoRegisterDBError
func Transient(reason int) string { return transient.at(reason) }

// TrunkReason returns what a reason code of the alarm SIPTrunkOOS means. A
// local one is CUCM's own, a remote one (local is false) the response code of
// the peer.
//
//	UnavailableRemotePeersWithReasonCode=192.0.2.7:5060 Local=1  →  Request timed out
func TrunkReason(local bool, reason int) string {
	if local {
		return trunk.at(reason)
	}
	return SIP(reason)
}

var unregister = table{
	1:  "Unknown",
	2:  "NoEntryInDatabase",
	3:  "DatabaseConfigurationError",
	4:  "DeviceNameUnresolveable",
	5:  "MaxDevRegExceeded",
	6:  "ConnectivityError",
	7:  "InitializationError",
	8:  "DeviceInitiatedReset",
	9:  "CallManagerReset",
	10: "DeviceUnregistered",
	11: "MalformedRegisterMsg",
	12: "SCCPDeviceThrottling",
	13: "KeepAliveTimeout",
	14: "ConfigurationMismatch",
	15: "CallManagerRestart",
	16: "DuplicateRegistration",
	17: "CallManagerApplyConfig",
	18: "DeviceNoResponse",
	19: "EMLoginLogout",
	20: "EMCCLoginLogout",
	21: "EnergywisePowerSavePlus",
	22: "CallManagerForcedRestart",
	23: "SourceIPAddrChanged",
	24: "SourcePortChanged",
	25: "RegistrationSequenceError",
	26: "InvalidCapabilities",
	28: "FallbackInitiated",
	29: "DeviceSwitch",
}

var transient = table{
	1:  "Unknown",
	2:  "NoEntryInDatabase",
	3:  "DatabaseConfigurationError",
	4:  "DeviceNameUnresolveable",
	5:  "MaxDevRegExceeded",
	6:  "ConnectivityError",
	7:  "InitializationError",
	8:  "DeviceInitiatedReset",
	9:  "CallManagerReset",
	10: "AuthenticationError",
	11: "InvalidX509NameInCertificate",
	12: "InvalidTLSCipher",
	13: "DirectoryNumberMismatch",
	14: "MalformedRegisterMsg",
	15: "ProtocolMismatch",
	16: "DeviceNotActive",
	17: "AuthenticatedDeviceAlreadyExists",
	18: "ObsoleteProtocolVersion",
	23: "DatabaseTimeout",
	25: "RegistrationSequenceError",
	26: "InvalidCapabilities",
	27: "CapabilityResponseTimeout",
	28: "SecurityMismatch",
	29: "AutoRegisterDBError",
	30: "DBAccessError",
	31: "AutoRegisterDBConfigTimeout",
	32: "DeviceTypeMismatch",
	33: "AddressingModeMismatch",
}

// trunk: Cisco Unified Communications Manager System Error Messages,
// SIPTrunkOOS.
var trunk = table{
	1: "Request timed out",
	2: "Local SIP stack is not able to create a socket connection with the remote peer",
	3: "DNS query failed",
}
