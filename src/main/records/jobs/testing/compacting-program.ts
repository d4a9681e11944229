import { workerData } from 'node:worker_threads'
import { Journal } from '../journal'
import { failedEntry, T0 } from './samples'

/** Writes 400 records, one at a time, with a compaction every few of them. */
const log = { debug() {}, info() {}, warn() {}, error() {} }
const journal = Journal.read({
  folder: String(workerData),
  keep: 1000,
  log,
  now: () => T0,
  compactAfterBytes: 2_000,
})
journal.start([])
for (let n = 0; n < 400; n++) journal.append([failedEntry(n)], false)
journal.stop()
