import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import fc from '../../../../testing/form/fast-check'
import type { JournalEntry } from './journal-entry'
import { encodeLine } from './journal-format'
import { readJobsWith, readNewestJobs } from './newest-jobs'
import { readJobs } from './read-only'
import { failedEntry, failedJob, openJob, T0 } from './testing/samples'
import { temporaryFolder } from './testing/temporary-folder'

const ALL = { limit: 1_000, since: null }
const HEADER: JournalEntry = { type: 'segment', at: T0, schema: 1 }

/** A data folder with these lines in its journal, and these records in `failed-jobs.json`, as the app writes both. */
function folderWith(entries: readonly object[], shown: readonly object[]): string {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'journal'))
  writeFileSync(journalOf(folder), [HEADER, ...entries].map((entry) => encodeLine(entry)).join(''))
  writeFileSync(join(folder, 'failed-jobs.json'), JSON.stringify({ jobs: shown }, undefined, '\t'))
  return folder
}

const journalOf = (folder: string) => join(folder, 'journal', '00000001.jsonl')

const nasty = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom(
    '"failedAt":"2026-01-01T00:00:00.000Z",',
    '{"crc32":"00000000","entry":{}}\n',
    ',"resubmitted":true,"reported":true},"closes":null}',
  ),
)
const record = fc
  .record({
    n: fc.nat({ max: 12 }),
    after: fc.nat({ max: 100_000 }),
    name: fc.option(nasty),
    jobId: nasty,
    stack: fc.option(nasty),
    tags: fc.option(fc.dictionary(nasty, nasty, { maxKeys: 2 })),
    resubmitted: fc.boolean(),
    reported: fc.boolean(),
    isElsewhere: fc.boolean(),
  })
  .map(({ n, after, tags, isElsewhere, ...over }): JournalEntry => {
    const all = failedJob(n, { ...over, failedAt: new Date(T0 + after).toISOString() })
    const { resubmitted, reported, ...rest } = all
    const tagged = isElsewhere
      ? { ...all, ...(tags && { tags }) }
      : { ...rest, ...(tags && { tags }), resubmitted, reported }
    return { type: 'job-failed', at: T0, record: tagged, closes: n % 2 ? null : { generation: 1, key: n } }
  })
const entry: fc.Arbitrary<JournalEntry> = fc.oneof(
  { weight: 5, arbitrary: record },
  fc
    .array(fc.nat({ max: 12 }), { maxLength: 5 })
    .map((ns) => ({ type: 'reported', at: T0, ids: ns.map((n) => `record-${n}`) }) as const),
  fc.nat({ max: 5 }).map((key) => ({ type: 'job-started', at: T0, job: openJob(key) }) as const),
)

it('reads what the whole journal would give, newest last', () => {
  fc.assert(
    fc.property(
      fc.array(entry, { maxLength: 40 }),
      fc.integer({ min: 1, max: 8 }),
      fc.option(fc.nat({ max: 100_000 })),
      (entries, limit, after) => {
        const recorded = [
          ...new Set(entries.flatMap((one) => (one.type === 'job-failed' ? [one.record] : []))),
        ]
        const folder = folderWith(entries, recorded.length === 0 ? [failedJob(99)] : recorded)
        if (recorded.length === 0) {
          expect(readNewestJobs(folder, ALL, 0)).toBeNull()
          return
        }
        const since = after === null ? null : T0 + after
        const { jobs, problems } = readJobs(folder)
        expect(problems).toEqual([])
        const wanted = jobs.filter(({ failedAt }) => since === null || Date.parse(failedAt) >= since)
        expect(readNewestJobs(folder, { limit, since }, 0)).toEqual({
          jobs: wanted.slice(-limit),
          older: Math.max(0, wanted.length - limit),
        })
      },
    ),
  )
})

it('finds all records that have a text', () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 20 }), nasty, (entries, text) => {
      const recorded = entries.flatMap((one) => (one.type === 'job-failed' ? [one.record] : []))
      const folder = folderWith(entries, recorded)
      const word = recorded[0] ? Array.from(recorded[0].jobId).slice(0, 3).join('') : text
      const { jobs } = readJobs(folder)
      const found = readJobsWith(folder, word, 0) ?? []
      for (const job of jobs) if (job.jobId.includes(word)) expect(found).toContainEqual(job)
      for (const job of found) expect(jobs).toContainEqual(job)
      expect(readJobsWith(folder, 'in none of them', 0)).toEqual(jobs.slice(-1))
    }),
  )
})

const RECORDS = [1, 2, 3].map((n) => failedJob(n))
const ENTRIES = [1, 2, 3].map((n) => failedEntry(n))

it('leaves a small journal, and one that is not as the app writes it, to the reader of all', () => {
  const folder = folderWith(ENTRIES, RECORDS)
  expect(readNewestJobs(folder, ALL)).toBeNull()
  expect(readNewestJobs(folder, ALL, 0)?.jobs).toEqual(RECORDS)
  const journal = readFileSync(journalOf(folder), 'utf8')
  const others = [
    () => writeFileSync(journalOf(folder), journal.replace('it broke', 'it brake')),
    () => appendFileSync(journalOf(folder), encodeLine({ type: 'from-later', at: T0 })),
    () => appendFileSync(journalOf(folder), encodeLine({ ...HEADER, schema: 2 })),
    () => writeFileSync(journalOf(folder), 'something else\n'),
    () =>
      writeFileSync(
        join(folder, 'failed-jobs.json'),
        JSON.stringify({ jobs: [failedJob(4)] }, undefined, '\t'),
      ),
    () => writeFileSync(join(folder, 'failed-jobs.json'), JSON.stringify({ jobs: RECORDS })),
    () => writeFileSync(join(folder, 'failed-jobs.json'), '{\n\t"jobs": [\n\t\t{\n'),
  ]
  for (const change of others) {
    change()
    expect(readNewestJobs(folder, ALL, 0)).toBeNull()
    writeFileSync(journalOf(folder), journal)
    writeFileSync(join(folder, 'failed-jobs.json'), JSON.stringify({ jobs: RECORDS }, undefined, '\t'))
  }
  expect(readNewestJobs(folder, ALL, 0)?.jobs).toEqual(RECORDS)
  expect(readNewestJobs(temporaryFolder(), ALL, 0)).toBeNull()
})
