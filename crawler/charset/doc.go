// Package charset turns the bytes of a document, in whatever encoding a Chinese
// site wrote and however it labelled them, into clean UTF-8.
//
// The way data takes: [DecodeHTML] and [DecodeXML] gather what byte order mark,
// header and document say of the encoding, believe what the bytes bear out,
// convert, and take out the characters that no document may hold.
package charset
