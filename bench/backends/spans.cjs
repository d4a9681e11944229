// @ts-check
// A traced backend: jobs of many file operations, at a steady rate, each job and operation a span.
const fs = require('node:fs')
const diagnostics = require('node:diagnostics_channel')
const memory = require('./resident-memory.cjs')

/** Spans of a job: its own, and one for each file operation. */
const SPANS = 50
const INTERVAL_MS = 20

const jobs = diagnostics.tracingChannel('studio.job')
let count = 0

function job() {
  const context = { id: `job-${count}`, name: `workflow ${count % 20}`, kind: 'prompt' }
  count++
  jobs.traceSync(() => {
    for (let left = SPANS - 1; left > 0; left--) fs.accessSync(__filename)
  }, context)
}

/** @param {{ seconds: number, spansPerSecond: number }} plan */
function run({ seconds, spansPerSecond }) {
  const from = performance.now()
  const before = process.cpuUsage()
  const jobsPerMs = spansPerSecond / SPANS / 1_000
  const first = count
  const working = setInterval(() => {
    const elapsed = performance.now() - from
    for (let due = Math.floor(elapsed * jobsPerMs) - (count - first); due > 0; due--) job()
    if (elapsed < seconds * 1_000) return
    clearInterval(working)
    const { user, system } = process.cpuUsage(before)
    process.parentPort.postMessage({ spans: (count - first) * SPANS, cpuMs: (user + system) / 1_000 })
  }, INTERVAL_MS)
}

process.parentPort.on('message', ({ data }) => {
  if (data.type === 'run') run(data)
  if (data.type === 'memory') process.parentPort.postMessage(memory.residentMemory())
})
process.parentPort.postMessage('ready')
