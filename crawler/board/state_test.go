package board

import "testing"

func TestReadStates(t *testing.T) {
	for _, s := range []string{"", "0123456789abcdef", "[1]", `{"a":null}`, `{"a":7}`} {
		if st := readStates(s).of("a"); st.Hash != "" || st.Rest != 0 {
			t.Errorf("readStates(%q): %+v", s, st)
		}
	}
	in := endpointStates{"side": {Hash: "ab", Since: 5, Fails: 2, Rest: 9, Asked: true}}
	if out := readStates(in.String()); *out.of("side") != *in["side"] {
		t.Errorf("%s came back as %s", in, out)
	}
}
