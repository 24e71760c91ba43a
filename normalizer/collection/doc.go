// Package collection reads what comes along with logs and tells what they are:
// the list that RTMT writes beside the files that it collected, and the export
// of user locations of IM and Presence, which ties a JID to a client.
//
//	<FileName name="/var/log/active/cm/trace/ccm/sdl/SDL002_100_000188.txt.gz" modifiedDate="Tue Oct 18 16:43:36 EDT 2016" size="332487">
//	alice@example.com,W,2021-01-22 10:11:18.000001,7d0ec34c-458f-4fd2-9d15-58accac4af00,jabber_7151,
//
// Neither is a log of a product, so the source of both is schemas.Unknown.
package collection
