import assert from 'node:assert/strict'
import { type JournalEntry, parseJournalEntry, schemaNamedBy } from '../../src/main/jobs/journal-entry'
import { decodeLines, encodeLine } from '../../src/main/jobs/journal-format'
import {
  applyEntries,
  copyState,
  emptyState,
  missingEntries,
  snapshotEntries,
  sortByDeath,
} from '../../src/main/jobs/journal-state'
import { failedEntry, openJob, T0 } from '../../src/main/jobs/testing/samples'
import { expectSurvives } from '../support/expect'
import { mutated } from '../support/mutate'
import { promise, type Target } from '../support/target'
import { nearly } from '../support/values'

const WRITTEN: readonly JournalEntry[] = [
  { type: 'segment', at: T0, schema: 1 },
  { type: 'snapshot', at: T0 },
  { type: 'job-started', at: T0, job: openJob(1) },
  { type: 'job-started', at: T0, job: openJob(2, { name: null, kind: null, traceId: null, spanId: null }) },
  { type: 'alive', at: T0 + 1, progress: [{ generation: 1, key: 1, progress: 0.5 }] },
  { ...failedEntry(1), at: T0 + 2 },
  {
    type: 'job-failed',
    at: T0 + 3,
    record: { ...record(2), jobId: 'job-1' },
    closes: { generation: 1, key: 1 },
  },
  { type: 'job-ended', at: T0 + 4, generation: 1, key: 2 },
  { type: 'reported', at: T0 + 5, ids: ['record-1'] },
  { type: 'backend-stopped', at: T0 + 6, generation: 1 },
]
/** As they are read: the fields in the schema's order. */
const ENTRIES = parsed(WRITTEN)
const SEGMENT = ENTRIES.map(encodeLine)
const SEGMENTS = [SEGMENT.join(''), SEGMENT.toReversed().join(''), SEGMENT.slice(0, 3).join('')].map((text) =>
  Buffer.from(text),
)

function record(n: number) {
  const entry = failedEntry(n)
  if (entry.type !== 'job-failed') throw new Error('no record')
  return entry.record
}

/** What the entries add up to can be written, and means the same when it is read again. */
function checkState(entries: readonly JournalEntry[]): void {
  const state = emptyState()
  applyEntries(state, entries)
  const once = copyState(state)
  sortByDeath(state)
  for (const written of [snapshotEntries(state, T0), missingEntries(emptyState(), state, T0)]) {
    const again = emptyState()
    applyEntries(again, readBack(written))
    for (const what of ['failed', 'open'] as const)
      assert.equal(JSON.stringify([...again[what]].sort()), JSON.stringify([...once[what]].sort()))
  }
}

function readBack(entries: readonly JournalEntry[]): JournalEntry[] {
  const { entries: lines, unreadable, torn } = decodeLines(Buffer.from(entries.map(encodeLine).join('')))
  assert.deepEqual([unreadable, torn], [0, false])
  return lines.map((line) => {
    const entry = parseJournalEntry(line)
    assert.ok(entry, `what was written is not read: ${JSON.stringify(line)}`)
    return entry
  })
}

function parsed(lines: readonly unknown[]): JournalEntry[] {
  return lines.map(parseJournalEntry).filter((entry) => entry !== null)
}

/** Damage costs the lines it touches, and makes no new ones. */
function checkSegment(bytes: Uint8Array): void {
  const { entries, unreadable } = decodeLines(Buffer.from(bytes))
  assert.ok(Number.isSafeInteger(unreadable) && unreadable >= 0)
  const written = new Set(ENTRIES.map((entry) => JSON.stringify(entry)))
  for (const entry of entries) {
    schemaNamedBy(entry)
    assert.ok(written.has(JSON.stringify(entry)), `nobody wrote ${JSON.stringify(entry)}`)
  }
  checkState(parsed(entries))
}

export const journal: Target = {
  name: 'journal',
  promises: [
    promise('an entry with a good check sum', nearly(ENTRIES), (data) => {
      const entry = parseJournalEntry(data)
      if (entry === null) return
      expectSurvives(entry, parseJournalEntry)
      checkState([...ENTRIES.slice(0, 4), entry])
    }),
    promise('a damaged segment', mutated(SEGMENTS), checkSegment),
  ],
}
