// Package fetch makes one polite and safe HTTP request: it gives back the bytes
// as they came, or an [Error] in words. It reads nothing of what it fetches, and
// never retries: when to ask again is its callers' business.
//
// The way data takes through [Fetcher.Do], on every hop of the redirects:
//
//	error     the address must be one that may be requested ([Target])
//	robots    robots.txt, for requests that obey it
//	hosts     a turn at the host: so many at a time, with a gap between
//	guard     the address that the name leads to is judged at dial time: nothing
//	          private, unless it was allowed
//	exchange  headers, size, speed and time are capped while the body is
//	          decompressed
//	header    what the server says about coming again
//
// [SafeClient] is a plain client behind the same guard, for addresses that users
// give.
package fetch
