package index

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"

	"github.com/xuanti/xuanti"
)

// health is what has gone wrong behind the scenes since the index was opened.
type health struct {
	mu     sync.Mutex
	aside  []string // corrupt partitions that were set aside
	failed error    // last background failure
}

func (h *health) setAside(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !slices.Contains(h.aside, name) {
		h.aside = append(h.aside, name)
		slices.Sort(h.aside)
	}
}

func (h *health) fail(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.failed = err
}

func (h *health) err() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.failed != nil {
		return xuanti.Wrap(xuanti.CodeUnavailable, h.failed, "索引后台任务失败，请检查磁盘空间后重启 (an index background task failed; check the disk, then restart)")
	}
	if len(h.aside) > 0 {
		names := strings.Join(h.aside, ", ")
		return corrupt(names, fmt.Errorf("set aside: %s", names))
	}
	return nil
}

// callback is the name under which Bleve finds our callbacks.
const callback = "xuanti-index"

// Bleve keeps its analysis queue and its callbacks in package variables,
// so what belongs to it has to be set once for the process, before the first
// open. This is the only such state of the package.
var (
	bleveOnce sync.Once
	listeners sync.Map // store path → *Bleve
)

// prepareBleve sizes the analysis queue to the cores (more workers are slower)
// and routes background failures, silent by default, to the engine concerned; new
// segments are told to all.
func prepareBleve(cores int) {
	bleveOnce.Do(func() {
		bleve.Config.SetAnalysisQueueSize(cores)
		scorch.RegistryAsyncErrorCallbacks[callback] = func(err error, path string) {
			if b, ok := listeners.Load(path); ok {
				b.(*Bleve).background(err)
			}
		}
		scorch.RegistryEventCallbacks[callback] = onEvent
	})
}

func listen(store string, b *Bleve) { listeners.Store(store, b) }
func unlisten(store string)         { listeners.Delete(store) }

// background notes a failure of Bleve's own goroutines. Nobody is there to
// return it to, so it is logged here and kept for Healthy.
func (b *Bleve) background(err error) {
	b.health.fail(err)
	b.opts.Log.Error("index background task failed", "err", err)
}
