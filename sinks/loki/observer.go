package loki

// Observer is told what a Sink does, for metrics. Its methods do not wait.
type Observer interface {
	// Stored: Loki has accepted lines with so many bytes of text.
	Stored(lines, bytes int)
	// LeftOut: a record has no visible character and makes no line.
	LeftOut()
	// Retried: a push failed and is made again; reason is one of Reasons.
	Retried(reason string)
	// Refused: a line went to the dead letters; reason is one of Reasons.
	Refused(reason string)
	// Waiting: whether Loki takes nothing at the moment.
	Waiting(bool)
}

// unseen is the Observer of a Sink without one.
type unseen struct{}

func (unseen) Stored(int, int) {}
func (unseen) LeftOut()        {}
func (unseen) Retried(string)  {}
func (unseen) Refused(string)  {}
func (unseen) Waiting(bool)    {}
