// Package server puts the engine on the network: a JSON API with its OpenAPI
// document, web pages, an event stream, a private feed for each subscription,
// probes and metrics.
//
// The way of a request, outermost first:
//
//	recover → request id → access log → headers → host check → who is asking
//	(bearer token, page session, or open loopback) → rate limit → cross-site
//	check → deadline → compression → the handler
//
// An API handler is a huma operation (api_*.go): it validates, asks
// [engine.Reader] or [engine.Writer] and returns a view as JSON with a weak
// ETag. A page handler (page_*.go) asks the same two doors and fills a template
// of server/ui. Errors become RFC 9457 problems or an error page in one place
// (problem.go). The event stream (stream.go) is a plain handler outside of
// compression and ETag, because both would hold its bytes back.
package server
