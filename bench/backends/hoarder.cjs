// @ts-check
// A backend with a large heap of mixed objects from some hundred call sites, which works lightly all the
// time. On `fill` it fills up to a number of bytes; on `watch` it answers with the delays of its event loop.
const perf = require('node:perf_hooks')
const timers = require('node:timers/promises')
const v8 = require('node:v8')
const vm = require('node:vm')

const SITES = 300
const FILES = 20
/** Allocations between two pauses while it fills: some milliseconds. */
const AT_ONCE = 2_000
/** The light work: the interval, and the number of objects replaced each time. */
const TICK_MS = 5
const TICK_OBJECTS = 40
const RESOLUTION_MS = 1

/** Makers of objects of different shapes; `n` is the call site's number, `i` counts. */
const SHAPES = [
  'return { id: i, name: "job " + i, kind: "image", size: { width: i, height: n }, tags: ["a", "b", i] }',
  'return Array.from({ length: 24 }, (_, k) => k * i)',
  'return new Map([["id", { i }], ["n", { n }], ["both", [i, n]]])',
  'const state = { i, n, log: [] }; return () => state.log.push(i)',
  'return ("line " + i + " of " + n + " ").repeat(6).split(" ")',
  'return Promise.resolve({ i, result: { ok: true, values: [i, n, i + n] } })',
  'return new Set([{ i }, { n }, "value " + i])',
]

/** @typedef {(i: number) => unknown} Site */

/**
 * Source files with the functions that allocate, each called through a handler of its own.
 * @returns {Site[]}
 */
function makeSites() {
  const files = Array.from({ length: FILES }, (_, file) => {
    const functions = Array.from({ length: SITES / FILES }, (_, place) => {
      const n = file * (SITES / FILES) + place
      const body = SHAPES[n % SHAPES.length]
      return `function make${n}(i) { const n = ${n}; ${body} }\nfunction handle${n}(i) { return make${n}(i) }`
    })
    const names = functions.map((_, place) => `handle${file * (SITES / FILES) + place}`)
    return vm.runInThisContext(
      `(() => {${functions.join('\n')}\nreturn [${names}] })()`,
      `/bench/part-${file}.js`,
    )
  })
  return files.flat()
}

const sites = makeSites()
/** @type {unknown[][]} in blocks: one huge array would be an object of its own kind */
const blocks = []
let count = 0

/** @param {number} much */
function allocate(much) {
  const block = []
  for (let left = much; left > 0; left--) block.push(sites[count % SITES]?.(count++))
  return block
}

/** @param {number} bytes */
async function fill(bytes) {
  while (v8.getHeapStatistics().used_heap_size < bytes) {
    blocks.push(allocate(AT_ONCE))
    await timers.setImmediate()
  }
  return v8.getHeapStatistics().used_heap_size
}

/** @param {number} ms */
async function watch(ms) {
  const delays = perf.monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delays.enable()
  await timers.setTimeout(ms)
  delays.disable()
  const late = (/** @type {number} */ nanos) => Math.max(0, nanos / 1e6 - RESOLUTION_MS)
  return { maxMs: late(delays.max), p99Ms: late(delays.percentile(99)), meanMs: late(delays.mean) }
}

let turn = 0
setInterval(() => {
  const block = blocks[turn++ % Math.max(1, blocks.length)]
  block?.splice(0, TICK_OBJECTS, ...allocate(TICK_OBJECTS))
}, TICK_MS)

process.parentPort.on('message', async ({ data }) => {
  if (data.type === 'fill') process.parentPort.postMessage(await fill(data.bytes))
  if (data.type === 'watch') process.parentPort.postMessage(await watch(data.ms))
})
process.parentPort.postMessage('ready')
