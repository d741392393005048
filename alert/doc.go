// Package alert tells subscribers about events, once and in time.
//
//	item → Matcher (one pass over all subscriptions, word borders respected)
//	→ Decide (one alert for an event and its escalations) → Delivery in the
//	outbox, in the transaction of the state it follows from → Deliverer, one
//	lane for each channel → Channel, with leases, retries and back-off until it
//	is acknowledged, refused for good or out of attempts.
//
// It knows no store and no HTTP server: the outbox is an interface, and the
// address guard is in the HTTP client that the caller gives.
package alert
