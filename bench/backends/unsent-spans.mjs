// @ts-check
// Takes the finished spans of a busy backend as the main process does without an Agent, at a steady rate.
import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { encode } from '@msgpack/msgpack'
import { DirectIntake } from '../../src/main/datadog/intake/direct-intake'
import { SpanDelivery } from '../../src/main/datadog/unsent/span-delivery'
import { residentMemory } from './resident-memory.cjs'

/** Spans of a job, one trace: what a flush of dd-trace brings. */
const SPANS = 50
const INTERVAL_MS = 20

const nothing = () => {}
const quiet = { debug: nothing, info: nothing, warn: nothing, error: nothing }
/** @type {{ delivery: SpanDelivery, folder: string } | null} */
let open = null
let count = 0

/** @returns {Uint8Array} as dd-trace encodes a job of file operations for the Agent; each span's resource is its number */
function job() {
  const traceId = random64()
  const spans = Array.from({ length: SPANS }, (_, index) => ({
    trace_id: traceId,
    span_id: random64(),
    parent_id: index === 0 ? 0n : traceId,
    name: 'fs.operation',
    resource: String(count++),
    service: 'hanzo-studio-inference',
    type: 'system',
    error: 0,
    start: BigInt(Date.now()) * 1_000_000n,
    duration: 20_000n,
    meta: {
      'file.path': '/home/user/models/checkpoint.safetensors',
      component: 'fs',
      'studio.process': 'backend',
    },
    metrics: { _sampling_priority_v1: 1 },
  }))
  return encode([spans], { useBigInt64: true })
}

const random64 = () => BigInt(Math.floor(Math.random() * 2 ** 52)) * 2_048n + 1n

/** @param {string} folder */
function bytesIn(folder) {
  try {
    return readdirSync(folder).reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0)
  } catch {
    return 0
  }
}

/** @param {{ seconds: number, spansPerSecond: number }} plan */
function run({ seconds, spansPerSecond }) {
  if (!open) throw new Error('not opened yet')
  const { delivery, folder } = open
  const from = performance.now()
  const before = process.cpuUsage()
  const jobsPerMs = spansPerSecond / SPANS / 1_000
  let done = 0
  let diskBytes = 0
  const working = setInterval(() => {
    const elapsed = performance.now() - from
    for (; done < Math.floor(elapsed * jobsPerMs); done++) delivery.take(job())
    diskBytes = Math.max(diskBytes, bytesIn(folder))
    if (elapsed < seconds * 1_000) return
    clearInterval(working)
    const { user, system } = process.cpuUsage(before)
    process.parentPort.postMessage({ spans: count, cpuMs: (user + system) / 1_000, diskBytes })
  }, INTERVAL_MS)
}

/** Answers when nothing waits on disk any more. */
function emptied() {
  const waiting = setInterval(() => {
    if (!open || bytesIn(open.folder) > 0) return
    clearInterval(waiting)
    process.parentPort.postMessage(true)
  }, INTERVAL_MS)
}

process.parentPort.on('message', ({ data }) => {
  if (data.type === 'open') {
    const { folder, url } = data
    const intake = new DirectIntake({
      way: { kind: 'proxy', url, token: null },
      env: 'bench',
      log: quiet,
      environment: {},
    })
    const delivery = new SpanDelivery({ intake, folder, log: quiet, now: Date.now, random: Math.random })
    open = { delivery, folder }
    process.parentPort.postMessage(true)
  }
  if (data.type === 'run') run(data)
  if (data.type === 'memory') process.parentPort.postMessage(residentMemory())
  if (data.type === 'emptied') emptied()
})
process.parentPort.postMessage('ready')
