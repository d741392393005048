// Package trend tells what is one story and what is taking off.
//
// The way of a title: nlp analyses it once → [Grouper.Add] finds the active
// events that share its rare character pairs, words and names, scores each
// with a small model and joins the best or founds a new event; the event in
// turn joins a wider topic → the sighting (event, platform, terms) goes to
// [Bursts.Add], which compares the last 1, 3, 6 and 24 hours of each term with
// the term's own rhythm and fires when chance cannot explain the count.
//
// The way of a board snapshot: [Boards.Observe] extends the track of every
// title on it → snapshots of 1, 3 and 6 hours ago learn what became of their
// rows → each row gets its probabilities: a shipped forest says what boards
// have in common, the board's own recent rates are among its features. Each board
// tailors the forest to itself: its leaves get weights of the board's own,
// learned online; a small correction is added, and a shift that follows the
// board when it changes its pace. [FusedHeat] joins an event's
// places on all boards; [EventState] says where it stands in its life.
//
// [PairScorer] answers the same question for two texts without a stream, which
// leaves it the time to compare clauses and words once more and to hear every
// word by itself (model.Line); the grouper blends smaller forests. The weights, and the background statistics that say how rare a character pair
// or a word is, are embedded from model/ and made by package trend/train; the
// files carry their provenance.
//
// Everything here runs on the clock of the documents. The same documents in
// the same order give the same answers, and a later document never changes an
// earlier answer. Memory follows what is active (72 hours of events, decayed
// counters), not the length of history.
package trend
