package redact

// maxTag bounds what is searched for the end of a tag.
const maxTag = 4096

const cdata = "<![cdata["

// element reports whether the name that has a part at i is that of a tag, and
// whether the tag opens an element. Markup may be escaped: &lt;auth&gt;.
func (t *text) element(i int) (open, ok bool) {
	for from := i; i > 0 && from-i < 64 && (nameChar(t.b[i-1]) || t.b[i-1] == ':'); {
		i--
	}
	before := func(i int) bool { return t.at(i-1) == '<' || t.is(i-len("&lt;"), "&lt;") }
	if t.at(i-1) == '/' {
		return false, before(i - 1)
	}
	return before(i), before(i)
}

// content masks the text of the element whose name ends at i.
func (t *text) content(r rule, i int) {
	from, ok := t.tagEnd(t.name(i))
	if !ok {
		return
	}
	end := t.contentEnd(from)
	if t.is(from, cdata) {
		from += len(cdata)
	}
	t.star(r, from, end)
}

// tagEnd returns where the text behind the start tag begins whose name ends at
// i; ok is false when it has none. A tag that is damaged or cut off ends at its
// last quotation mark.
func (t *text) tagEnd(i int) (from int, ok bool) {
	limit := min(len(t.b), i+maxTag)
	last := i
	for j := i; j < limit; j++ {
		switch {
		case t.b[j] == '>':
			return j + 1, t.b[j-1] != '/'
		case t.is(j, "&gt;"):
			return j + len("&gt;"), t.b[j-1] != '/'
		case t.b[j] == '<' || t.is(j, "&lt;"):
			return last, true
		}
		if n, _, _ := t.quote(j); n > 0 {
			last = j + n
			j += n - 1
		}
	}
	return last, true
}

// contentEnd returns where the text at i ends: at the next tag, or with the
// record.
func (t *text) contentEnd(i int) int {
	if t.is(i, cdata) {
		if end := t.find(i+len(cdata), len(t.b), "]]>"); end >= 0 {
			return end
		}
		return len(t.b)
	}
	for i < len(t.b) && t.b[i] != '<' && (t.b[i] != '&' || !t.is(i, "&lt;")) {
		i++
	}
	return i
}

// sasl masks the text of the elements of SASL (RFC 6120 section 6.4) and the
// subject of messages.
//
//	Send:<auth mechanism="CISCO-VTG-TOKEN" xmlns="urn:ietf:params:xml:ns:xmpp-sasl">…</auth>
func (t *text) sasl(from int) {
	to := t.name(from)
	r := sasl
	if nameChar(t.at(from - 1)) {
		return
	}
	switch {
	case to-from == len("auth") && t.is(from, "auth"):
	case to-from == len("response") && t.is(from, "response"):
	case to-from == len("challenge") && t.is(from, "challenge"):
	case to-from == len("success") && t.is(from, "success"):
	case to-from == len("subject") && t.is(from, "subject"):
		r = messageText
	default:
		return
	}
	if open, element := t.element(from); open && element {
		t.content(r, to)
	}
}

// body masks the text of messages, markup in it included. A page of the web
// and the body that wraps stanzas (XEP-0124) are no messages.
func (t *text) body(at int) {
	from := at + 1
	to := from + len("body")
	if !t.is(from, "body") || nameChar(t.at(to)) {
		return
	}
	if open, element := t.element(from); !open || !element {
		return
	}
	start, ok := t.tagEnd(to)
	if !ok || t.find(to, start, "httpbind") >= 0 || t.page(at) {
		return
	}
	end := t.find(start, len(t.b), "</body")
	if end < 0 {
		end = len(t.b)
	}
	if escaped := t.find(start, end, "&lt;/body"); escaped >= 0 {
		end = escaped
	}
	t.star(messageText, start, end)
}

// page reports whether the tag at i follows the head of a web page.
func (t *text) page(i int) bool {
	for i > 0 && t.b[i-1] <= ' ' {
		i--
	}
	return t.is(i-len("</head>"), "</head>") || t.is(i-len("<html>"), "<html>")
}
