package schemas

// Relation says that two sessions concern the same person or device, without
// being one session: a sign-in and the registration it led to.
type Relation struct {
	A, B ID
	// By is the type of the key that both have, Value what they have in common.
	By    KeyType
	Value string
	// Confidence is Certain when the key names one thing, Likely when it is
	// concluded from a habit, such as a JID whose node is the user id.
	Confidence Confidence
}

// Confidence grades a conclusion.
type Confidence string

// The grades.
const (
	Certain Confidence = "high"
	Likely  Confidence = "medium"
)

// Join says why two identifiers are of one session: an event names both.
type Join struct {
	A, B       Key
	Event      ID
	Reason     string
	Confidence Confidence
}
