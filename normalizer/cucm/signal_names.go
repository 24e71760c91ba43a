package cucm

// stating reports whether the parameters of a signal may state a fact. The
// names are those of CUCM 8 to 15; callSignal and sdlSignal know the facts.
func stating(signal []byte) bool {
	switch string(signal) {
	case "CcSetupReq", "CcRejInd", "CcRelInd", "CcDisconnInd", "DaReq", "DmPidRes":
		return true
	}
	return statesService(signal)
}
