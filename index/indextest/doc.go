// Package indextest is the conformance suite of index.Engine: every engine,
// embedded or not, must pass Run. The texts are invented for it.
package indextest
