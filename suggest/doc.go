// Package suggest says what a profile should write next, and how well the posts
// of benchmark accounts did against their own baselines.
//
//	candidates (events with members, boards, peers) → features in 0…1 →
//	log-odds, of which every point is a contribution with evidence → gate,
//	diversity, one exploration slot in ten → suggestions
//
// Weights start from written defaults, may be set by the profile, and move
// with what the planner accepts and dismisses. Nothing here is random.
package suggest
