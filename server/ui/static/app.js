// Enhancements only: every page reads and every form works without this file.
(function () {
  'use strict'
  var doc = document
  var root = doc.documentElement

  // --- colours: follow the system until the reader chooses -------------------
  function dark () {
    return root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
  }
  doc.addEventListener('click', function (e) {
    var b = e.target.closest('[data-theme-toggle]')
    if (!b) return
    e.preventDefault()
    root.dataset.theme = dark() ? 'light' : 'dark'
    doc.cookie = 'xt_theme=' + root.dataset.theme + ';path=/;max-age=31536000;samesite=strict'
    drawCharts()
  })

  // --- questions before deletions ---------------------------------------------
  doc.addEventListener('submit', function (e) {
    var q = e.target.dataset.confirm
    if (q && !confirm(q)) e.preventDefault()
  })

  // --- selects in a GET form act at once --------------------------------------
  doc.addEventListener('change', function (e) {
    var f = e.target.form
    if (f && f.classList.contains('searchbox') && f.elements.q.value) f.requestSubmit()
  })

  // --- close the phone menu by a tap beside it ---------------------------------
  doc.addEventListener('click', function (e) {
    doc.querySelectorAll('.tabs details[open]').forEach(function (d) {
      if (!d.contains(e.target)) d.open = false
    })
  })

  // --- the answer to a dry run or preview may lie below the fold ----------------
  doc.addEventListener('htmx:after:swap', function () {
    var dry = doc.querySelector('#dry')
    if (dry && dry.childElementCount && dry.contains(doc.querySelector('.dry, #dry .flash'))) dry.scrollIntoView({ block: 'nearest' })
  })

  // --- live updates -------------------------------------------------------------
  var blocks = doc.querySelectorAll('[data-refresh]')
  var lamp = doc.querySelector('[data-live]')
  var waiting = new Set()
  var timer = 0

  function wants (block, type) {
    return block.dataset.refresh.split(',').some(function (p) {
      return p === type || (p.endsWith('*') && type.startsWith(p.slice(0, -1)))
    })
  }
  function refresh () {
    timer = 0
    if (doc.hidden) return // the visibility handler comes back to it
    waiting.forEach(function (block) {
      if (block.contains(doc.activeElement) && doc.activeElement.matches('input,textarea,select')) return
      htmx.ajax('GET', location.pathname + location.search, { target: block, swap: 'innerMorph' })
    })
    waiting.clear()
  }
  function plan (block) {
    waiting.add(block)
    // Bursts of changes give one refresh, and never more than one in 4 s.
    if (!timer) timer = setTimeout(refresh, 4000)
  }
  // A hidden tab holds no connection: browsers allow only six to one server.
  var source = null
  function close () {
    if (source) source.close()
    source = null
    lamp.classList.remove('on')
  }
  function listen () {
    if (source || doc.hidden) return
    var types = ['topic.new', 'topic.rising', 'topic.peak', 'topic.falling', 'topic.back', 'topic.quiet', 'board.updated', 'term.bursting', 'source.failing', 'source.stale', 'source.gone', 'source.recovered', 'source.moved', 'suggestion.updated', 'subscription.matched', 'import.finished']
    source = new EventSource('/api/v1/stream')
    source.onopen = function () { lamp.classList.add('on') }
    source.onerror = function () { lamp.classList.remove('on') }
    types.forEach(function (type) {
      source.addEventListener(type, function () {
        blocks.forEach(function (b) { if (wants(b, type)) plan(b) })
      })
    })
    source.addEventListener('reset', function () { blocks.forEach(plan) })
  }
  if (lamp && blocks.length && window.EventSource) {
    lamp.hidden = false
    listen()
    addEventListener('pagehide', close)
    addEventListener('pageshow', listen)
    doc.addEventListener('visibilitychange', function () {
      if (doc.hidden) return close()
      listen()
      blocks.forEach(function (b) { waiting.add(b) })
      refresh()
    })
  }

  // --- charts ---------------------------------------------------------------------
  var plots = []
  function css (name) { return getComputedStyle(root).getPropertyValue(name).trim() }
  function two (n) { return (n < 10 ? '0' : '') + n }
  function stamp (s) { // Beijing time, whatever the reader's zone
    var d = new Date((s + 8 * 3600) * 1000)
    return two(d.getUTCMonth() + 1) + '-' + two(d.getUTCDate()) + ' ' + two(d.getUTCHours()) + ':' + two(d.getUTCMinutes())
  }
  function ticks (u, splits) {
    var day = ''
    return splits.map(function (s) {
      var t = stamp(s); var head = t.slice(0, 5); var show = t.slice(6)
      if (head !== day) { if (day || show === '00:00') show = head + '\n' + show; day = head }
      return show
    })
  }
  function axes (values, splits) {
    var line = css('--line'); var ink = css('--faint')
    return [
      { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { show: false }, values: ticks, space: 70, size: 36 },
      { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { show: false }, size: 40, values: values, splits: splits }
    ]
  }
  function short (v) {
    if (v == null) return ''
    var zh = root.lang !== 'en'
    if (zh) return v >= 1e8 ? +(v / 1e8).toFixed(1) + '亿' : v >= 1e4 ? +(v / 1e4).toFixed(1) + '万' : String(v)
    return v >= 1e6 ? +(v / 1e6).toFixed(1) + 'M' : v >= 1e4 ? +(v / 1e3).toFixed(1) + 'K' : String(v)
  }
  // withQuiet keeps a curve at nothing from the moment it fell to nothing until
  // just before it rises again: between two points a line would be drawn.
  function withQuiet (points) {
    var out = []
    points.forEach(function (p, i) {
      if (i && points[i - 1][1] === 0 && p[0] - points[i - 1][0] > 3600) out.push([p[0] - 1, 0])
      out.push(p)
    })
    return out
  }
  function draw (box, data) {
    var options, series
    var width = box.clientWidth
    if (box.dataset.chart === 'heat') {
      if (data.heat.length < 2) return
      options = {
        width: width, height: 190, scales: { y: { range: [0, 100] } }, axes: axes(), legend: { live: true },
        series: [{ label: box.dataset.time, value: function (u, v) { return v == null ? '—' : stamp(v) } }, { label: box.dataset.label, stroke: css('--c0'), width: 2, fill: css('--soft'), points: { show: false } }]
      }
      var heat = withQuiet(data.heat)
      series = [heat.map(function (p) { return p[0] }), heat.map(function (p) { return p[1] })]
    } else if (box.dataset.chart === 'counts') {
      var counts = (data.counts || []).filter(function (c) { return c.points.length > 1 }).slice(0, 8)
      if (!counts.length) return
      series = uPlot.join(counts.map(function (c) { return [c.points.map(function (p) { return p[0] }), c.points.map(function (p) { return p[1] })] }))
      options = {
        // Reads and comments lie factors apart: a log scale shows all of them. asinh takes the zero, too.
        width: width, height: 220, scales: { y: { distr: counts.length > 1 ? 4 : 1 } }, axes: axes(function (u, splits) { return splits.map(short) }),
        series: [{ label: box.dataset.time, value: function (u, v) { return v == null ? '—' : stamp(v) } }].concat(counts.map(function (c, i) {
          return { label: c.name, stroke: css('--c' + i), width: 2, spanGaps: true, points: { show: c.points.length < 30 } }
        }))
      }
      options.axes[1].size = 56
    } else {
      var lines = data.boards.slice(0, 8).filter(function (b) { return b.points.length })
      if (!lines.length) return
      var tables = lines.map(function (b) { return [b.points.map(function (p) { return p[0] }), b.points.map(function (p) { return p[1] })] })
      series = uPlot.join(tables, tables.map(function () { return [0, 2] })) // 2: a null breaks the line up to the next point
      var worst = 10
      lines.forEach(function (b) { b.points.forEach(function (p) { worst = Math.max(worst, p[1] || 0) }) })
      options = {
        width: width, height: 240, scales: { y: { dir: -1, range: [0.5, worst + 1] } },
        axes: axes(function (u, splits) { return splits.map(function (v) { return '#' + v }) }, function () {
          var step = worst > 40 ? 20 : worst > 20 ? 10 : 5; var out = [1]
          for (var v = step; v <= worst; v += step) out.push(v)
          return out
        }),
        series: [{ label: box.dataset.time, value: function (u, v) { return v == null ? '—' : stamp(v) } }].concat(lines.map(function (b, i) {
          return { label: b.name, stroke: css('--c' + i), width: 2, spanGaps: false, points: { show: false } }
        }))
      }
    }
    box.textContent = ''
    plots.push([box, new uPlot(options, series, box)])
  }
  function drawCharts () {
    var raw = doc.getElementById('chart-data')
    if (!raw || !window.uPlot) return
    plots.forEach(function (p) { p[1].destroy() })
    plots = []
    var data = JSON.parse(raw.textContent)
    doc.querySelectorAll('[data-chart]').forEach(function (box) { draw(box, data) })
    var legend = doc.querySelector('.legend')
    if (legend && plots.length) legend.hidden = true
  }
  drawCharts()
  addEventListener('resize', function () {
    plots.forEach(function (p) { p[1].setSize({ width: p[0].clientWidth, height: p[1].height }) })
  })
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawCharts)
})()
