// Package xuanti holds the nouns that every other package speaks: sources,
// items, boards, events, topics, terms, accounts, profiles, suggestions,
// subscriptions and deliveries, together with the one error type, the clock
// and the identifiers. It imports the standard library only.
//
// Times are UTC. Identifiers are ULID strings made by [NewID] from a time and
// a key, so that the same input gives the same identifiers in every replay.
package xuanti
