// @ts-check
// A backend that computes and allocates: rows of an image, and the objects that a program makes besides.
// Asked for a slice it works for about that long, and answers with the number of work units per second.
const fs = require('node:fs')
const memory = require('./resident-memory.cjs')

const WIDTH = 256
const HEIGHT = 96
/** Results of the last units that stay live, as a cache or a history would keep them. */
const KEPT = 80

const pixels = Float32Array.from({ length: WIDTH * HEIGHT * 3 }, (_, index) => (index * 7919) % 256)
/** @type {object[]} */
const kept = []

/** @param {Float32Array} image @param {number} row */
function blurRow(image, row) {
  const start = row * WIDTH * 3
  const blurred = new Float32Array(WIDTH * 3)
  for (let index = 3; index < WIDTH * 3 - 3; index++) {
    const at = start + index
    blurred[index] = ((image[at - 3] ?? 0) + 2 * (image[at] ?? 0) + (image[at + 3] ?? 0)) / 4
  }
  return blurred
}

/** @param {Float32Array} row */
function describeRow(row) {
  /** @type {Map<number, number>} */
  const histogram = new Map()
  for (let index = 0; index < row.length; index += 3) {
    const level = (row[index] ?? 0) >> 4
    histogram.set(level, (histogram.get(level) ?? 0) + 1)
  }
  const levels = [...histogram].map(([level, count]) => ({ level, count, name: `level ${level}` }))
  return {
    levels: levels.sort((a, b) => b.count - a.count),
    mean: row.reduce((a, b) => a + b, 0) / row.length,
  }
}

/** @param {number} unit */
function workUnit(unit) {
  const rows = []
  for (let row = 0; row < HEIGHT; row++) rows.push(describeRow(blurRow(pixels, row)))
  const text = JSON.stringify({ unit, rows: rows.slice(0, 8) })
  kept[unit % KEPT] = { unit, rows, parsed: JSON.parse(text) }
}

/** The kernel's figure of this thread's CPU time, in milliseconds. Linux only. */
function threadCpuMs() {
  if (process.platform !== 'linux') return null
  return Number(fs.readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e6
}

let units = 0
/** @param {number} ms @returns {{ speed: number, cpuSpeed: number | null }} units per second, and per CPU second */
function slice(ms) {
  const [from, fromCpu] = [performance.now(), threadCpuMs()]
  const before = units
  while (performance.now() - from < ms) workUnit(units++)
  const [now, nowCpu] = [performance.now(), threadCpuMs()]
  const done = (units - before) * 1_000
  const isCounted = fromCpu !== null && nowCpu !== null
  return { speed: done / (now - from), cpuSpeed: isCounted ? done / (nowCpu - fromCpu) : null }
}

/** @type {import('node:inspector').Session | null} */
let session = null
/** @typedef {{ cpuMicros: number | null, heapBytes: number | null }} Intervals `null`: not sampled */
/** @type {Intervals} */
let intervals = { cpuMicros: null, heapBytes: null }

/**
 * Switches V8's sampling of this thread.
 * @param {Intervals} next
 * @returns {number} samples of the CPU since it was switched on
 */
function switchSampling(next) {
  if (!session) {
    session = new (require('node:inspector').Session)()
    session.connect()
    session.post('Profiler.enable')
    session.post('HeapProfiler.enable')
  }
  let samples = 0
  if (intervals.cpuMicros !== null)
    session.post('Profiler.stop', (_error, { profile }) => {
      samples = profile.samples?.length ?? 0
    })
  if (intervals.heapBytes !== null) session.post('HeapProfiler.stopSampling')
  intervals = next
  if (next.cpuMicros !== null) {
    session.post('Profiler.setSamplingInterval', { interval: next.cpuMicros })
    session.post('Profiler.start')
  }
  if (next.heapBytes !== null)
    session.post('HeapProfiler.startSampling', { samplingInterval: next.heapBytes })
  return samples
}

process.parentPort.on('message', ({ data }) => {
  if (data.type === 'slice') process.parentPort.postMessage(slice(data.ms))
  if (data.type === 'sampling') {
    process.parentPort.postMessage(switchSampling(data.intervals))
  }
  if (data.type === 'units') {
    for (let left = data.count; left > 0; left--) workUnit(units++)
    process.parentPort.postMessage(null)
  }
  if (data.type === 'memory') process.parentPort.postMessage(memory.residentMemory())
})
process.parentPort.postMessage('ready')
