import { describe, expect, it } from 'vitest'
import type { JournalEntry } from './journal-entry'
import {
  applyEntries,
  copyState,
  emptyState,
  keepNewest,
  missingEntries,
  snapshotEntries,
  sortByDeath,
} from './journal-state'
import { toFailedJob } from './open-job'
import { failedEntry, failedJob, ids, OOM, openJob, T0 } from './testing/samples'

function stateOf(...entries: JournalEntry[]) {
  const state = emptyState()
  applyEntries(state, entries)
  return state
}

const start = (key: number): JournalEntry => ({ type: 'job-started', at: T0 + key, job: openJob(key) })
const history: JournalEntry[] = [
  start(1),
  start(2),
  start(3),
  { type: 'alive', at: T0 + 10, progress: [{ generation: 1, key: 2, progress: 0.25 }] },
  { type: 'job-ended', at: T0 + 11, generation: 1, key: 1 },
  { type: 'job-failed', at: T0 + 12, record: failedJob(12), closes: { generation: 1, key: 3 } },
  failedEntry(13),
  { type: 'reported', at: T0 + 14, ids: ['record-12', 'unknown'] },
]

describe('the state', () => {
  it('is what the entries add up to', () => {
    const state = stateOf(...history)
    expect([...state.open.values()]).toEqual([openJob(2, { progress: 0.25 })])
    expect([...state.failed.values()]).toEqual([failedJob(12, { reported: true }), failedJob(13)])
    expect(state.lastSignOfLife).toBe(T0 + 14)
  })

  it('is the same when entries are applied again, and after a snapshot of itself', () => {
    const once = stateOf(...history)
    const snapshot = snapshotEntries(once, T0 + 14)
    expect(stateOf(...history, ...history)).toEqual(once)
    expect(stateOf(...snapshot)).toEqual(once)
    expect(stateOf(...history, ...snapshot, ...snapshot)).toEqual(once)
  })

  it('believes a snapshot about open jobs, and takes no record away for it', () => {
    const state = stateOf(...history, ...snapshotEntries(stateOf(start(9)), T0 + 20))
    expect([...state.open.values()]).toEqual([openJob(9)])
    expect(ids(state.failed.values())).toEqual(['record-12', 'record-13'])
  })

  it('ends the open jobs of one backend alone when that was stopped', () => {
    const other: JournalEntry = { type: 'job-started', at: T0, job: openJob(1, { generation: 2 }) }
    const state = stateOf(start(1), other, { type: 'backend-stopped', at: T0, generation: 1 })
    expect([...state.open.values()]).toEqual([openJob(1, { generation: 2 })])
  })

  it('keeps the newest records, in the order of their deaths', () => {
    const state = stateOf(...[5, 1, 4, 2, 3].map((n) => failedEntry(n)))
    sortByDeath(state)
    keepNewest(state, 3)
    expect(ids(state.failed.values())).toEqual(['record-3', 'record-4', 'record-5'])
    keepNewest(state, 0)
    expect(state.failed.size).toBe(0)
  })
})

describe('what is missing on disk', () => {
  it('leads from any earlier state to the present one, and is nothing when they agree', () => {
    const known = stateOf(...history)
    for (let length = 0; length <= history.length; length++) {
      const onDisk = stateOf(...history.slice(0, length))
      applyEntries(onDisk, missingEntries(onDisk, known, T0))
      expect(onDisk.failed).toEqual(known.failed)
      expect([...onDisk.open.keys()]).toEqual([...known.open.keys()])
    }
    expect(missingEntries(copyState(known), known, T0)).toEqual([])
  })

  it('tells of a job that waited and runs now', () => {
    const waiting = openJob(1, { state: 'queued', queuedAt: T0 })
    const running = openJob(1, { queuedAt: T0, startedAt: T0 + 5 })
    const onDisk = stateOf({ type: 'job-started', at: T0, job: waiting })
    const known = stateOf({ type: 'job-started', at: T0, job: running })
    expect(missingEntries(onDisk, known, T0)).toEqual([{ type: 'job-started', at: T0, job: running }])
    const record = toFailedJob(running, OOM, 'id')
    const dead = stateOf({ type: 'job-failed', at: T0, record, closes: null })
    for (const before of [onDisk, stateOf({ type: 'job-started', at: T0, job: running })]) {
      const [entry] = missingEntries(before, dead, T0)
      expect(entry).toEqual({ type: 'job-failed', at: T0, record, closes: { generation: 1, key: 1 } })
    }
  })

  it('has a job and its record in one line', () => {
    const record = failedJob(1)
    const known = stateOf({ type: 'job-failed', at: T0, record, closes: null })
    const [entry] = missingEntries(stateOf(start(2), start(1)), known, T0)
    expect(entry).toEqual({ type: 'job-failed', at: T0, record, closes: { generation: 1, key: 1 } })
  })
})
