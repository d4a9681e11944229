import assert from 'node:assert/strict'
import {
  type JournalEntry,
  parseJournalEntry,
  schemaNamedBy,
} from '../../src/main/records/jobs/journal-entry'
import { decodeLines, encodeLine } from '../../src/main/records/jobs/journal-format'
import {
  applyEntries,
  copyState,
  emptyState,
  missingEntries,
  snapshotEntries,
  sortByDeath,
} from '../../src/main/records/jobs/journal-state'
import { T0 } from '../../src/main/records/jobs/testing/samples'
import { corpus } from '../support/corpus'
import { expectSurvives } from '../support/expect'
import { mutated } from '../support/mutate'
import { promise, type Target } from '../support/target'
import { nearly } from '../support/values'

const SEGMENTS = corpus('journal')
const AS_WRITTEN = decodeLines(Buffer.concat(SEGMENTS)).entries
/** The entries as parsed: the fields in the schema's order. */
const ENTRIES = parsed(AS_WRITTEN)

/** A segment's head, and two jobs. */
const BEGINNING = parsed(decodeLines(Buffer.from(SEGMENTS.at(-1) ?? [])).entries).slice(0, 4)
/** Both, as an older version wrote less. */
const WRITTEN = new Set([...AS_WRITTEN, ...ENTRIES].map((entry) => JSON.stringify(entry)))

/** Checks that the state can be written, and means the same when it is read again. */
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

/** Checks that damage costs only the lines it touches, and makes no new ones. */
function checkSegment(bytes: Uint8Array): void {
  const { entries, unreadable } = decodeLines(Buffer.from(bytes))
  assert.ok(Number.isSafeInteger(unreadable) && unreadable >= 0)
  for (const entry of entries) {
    schemaNamedBy(entry)
    assert.ok(WRITTEN.has(JSON.stringify(entry)), `nobody wrote ${JSON.stringify(entry)}`)
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
      checkState([...BEGINNING, entry])
    }),
    promise('a damaged segment', mutated(SEGMENTS), checkSegment),
  ],
}
