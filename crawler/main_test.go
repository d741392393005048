package crawler

import (
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// testNow is the instant at which the tests of this package take place.
var testNow = time.Date(2026, 11, 23, 4, 30, 0, 0, time.UTC) // 12:30 in Shanghai
