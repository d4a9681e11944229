// @ts-check
// Keeps records of failed jobs, the app's own way and with electron-store alone, and reports how long one
// more takes.
import path from 'node:path'
import { openElectronStore } from '../../src/main/records/jobs/electron-store'
import { JobRecords } from '../../src/main/records/jobs/job-records'

/** Jobs that die together while the records are made. */
const AT_ONCE = 500

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
/** @type {JobRecords | null} */
let records = null
/** @type {import('../../src/main/records/jobs/electron-store').ViewFile | null} */
let store = null
let generation = 0
let jobs = 0

/** @param {JobRecords} into @param {number} count of jobs that run when the backend dies */
function die(into, count) {
  generation += 1
  for (let left = count; left > 0; left--) {
    const key = jobs++
    const names = {
      id: `job-${key}`,
      name: 'upscale',
      kind: 'image',
      traceId: '0'.repeat(32),
      spanId: '123456789',
      parentId: null,
      runtimeId: '5f0c1f5e-8b0e-4b6c-9a39-1f4f0e0c2d11',
      version: '1.0.0',
    }
    into.jobStarted(generation, { type: 'job-started', key, startedAt: Date.now(), ...names })
  }
  const from = performance.now()
  into.backendDied(generation, {
    at: Date.now(),
    cause: 'heap-out-of-memory',
    oom: true,
    incidentId: 'an-incident',
    error: { name: 'Error', message: 'x'.repeat(1_000) },
  })
  return performance.now() - from
}

/** @param {string} folder @param {number} count */
function lay(folder, count) {
  records?.stop()
  records = JobRecords.open({
    dataFolder: path.join(folder, `records-${count}`),
    keep: count,
    log: quiet,
    now: Date.now,
    openFile: openElectronStore,
  })
  while (records.list().length < count) die(records, Math.min(AT_ONCE, count - records.list().length))
  records.flush()
  store = openElectronStore(path.join(folder, `alone-${count}.json`))
  store.write(records.list())
  return records.list().length
}

/** Kills one job; all of it is on disk, in the journal and in `failed-jobs.json`, before the next dies. */
function once() {
  if (!records || !store) throw new Error('nothing is laid yet')
  const acknowledgedMs = die(records, 1)
  const durable = records.durable
  records.flush()
  const list = records.list()
  const from = performance.now()
  store.write(list)
  return { acknowledgedMs, durable, aloneMs: performance.now() - from }
}

process.parentPort.on('message', ({ data }) => {
  if (data.type === 'lay') process.parentPort.postMessage(lay(data.folder, data.count))
  if (data.type === 'once') process.parentPort.postMessage(once())
})
process.parentPort.postMessage('ready')
