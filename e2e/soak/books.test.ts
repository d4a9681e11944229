import { beforeEach, expect, it } from 'vitest'
import type { Incident } from '../../src/main/records/incidents/incident'
import { INCIDENTS_KEPT } from '../../src/main/records/incidents/incident-store'
import type { Span } from '../../testing/agent/span'
import { Books } from './books'

type Job = Parameters<Books['balance']>[0][number]

const LIFE = { culprit: 'leak', lost: ['ran', 'waited'], failed: ['threw'] }

const incident = (over: Partial<Incident> = {}) =>
  ({
    id: 'death',
    cause: 'heap-out-of-memory',
    confidence: 'proven',
    topAllocators: [{ function: 'leak', file: 'leak.cjs', line: 1, bytes: 1, share: 1 }],
    jobIds: ['waited', 'ran'],
    evidence: ['it said so'],
    reported: true,
    ...over,
  }) as Incident

const job = (jobId: string, over: Partial<Job> = {}): Job => ({
  jobId,
  cause: 'heap-out-of-memory',
  incidentId: 'death',
  reported: true,
  ...over,
})

const JOBS = [job('ran'), job('waited'), job('threw', { cause: 'job-error', incidentId: null })]

const span = (meta: Record<string, string>, error = true) => ({ error, meta }) as Span
const tell = (...ids: string[]) =>
  ids.map((id) =>
    span(
      id === 'death' ? { 'studio.incident.id': id } : { 'studio.job.id': id, 'studio.incident.id': 'death' },
    ),
  )

let books: Books
beforeEach(() => {
  books = new Books(6)
})

function settled(): void {
  books.died(LIFE, incident())
  books.told(tell('ran', 'waited', 'threw', 'death'))
}

it('has nothing to say when all is there once', () => {
  settled()
  expect(books.toldOfAll).toBe(true)
  expect(books.balance(JOBS, [incident()])).toEqual([])
  expect([books.jobs, books.incidents]).toEqual([3, 1])
})

it('misses no record that had to make room, and complains of one too many', () => {
  for (const n of [1, 2, 3]) {
    const ids = [`ran-${n}`, `waited-${n}`]
    books.died({ culprit: 'leak', lost: ids, failed: [] }, incident({ jobIds: ids }))
    books.told(tell(...ids))
  }
  books.died({ culprit: 'leak', lost: ['ran', 'waited'], failed: [] }, incident())
  books.told(tell('ran', 'waited', 'death'))
  const kept = ['ran-2', 'waited-2', 'ran-3', 'waited-3', 'ran', 'waited'].map((id) => job(id))
  expect(books.balance(kept, [incident()])).toEqual([])
  expect(books.balance(kept.slice(1), [incident()])).toEqual(['ran-2 has 0 records'])
  expect(books.balance([job('ran-1'), ...kept], [incident()])).toEqual(['7 records are kept, and not 6'])
})

it('misses records and incidents', () => {
  settled()
  expect(books.balance(JOBS.slice(1), [])).toEqual(['ran has 0 records', 'incident death is there 0 times'])
})

it('sees what is there twice, or is of nobody', () => {
  settled()
  expect(books.balance([...JOBS, job('ran'), job('other')], [incident(), incident({ id: 'x' })])).toEqual([
    'ran has 2 records',
    'there is a record of other, which was not lost',
    'incident x is of no death',
  ])
})

it('sees a wrong record', () => {
  settled()
  const wrong = [
    job('ran', { cause: 'crash' }),
    job('waited', { incidentId: 'x' }),
    { ...JOBS[2], reported: false },
  ]
  expect(books.balance(wrong as Job[], [incident({ reported: false })])).toEqual([
    'ran was lost by crash, not heap-out-of-memory',
    'waited names the incident x',
    'threw does not count as reported',
    'incident death does not count as reported',
  ])
})

it('counts how often the Agent was told', () => {
  settled()
  books.told([...tell('ran'), span({ 'studio.job.id': 'threw' }, false)])
  expect(books.balance(JOBS, [incident()])).toEqual(['the Agent was told of ran 2 times'])
})

it('waits for what the Agent was not told', () => {
  books.died(LIFE, incident())
  books.told(tell('ran', 'waited', 'threw'))
  expect(books.toldOfAll).toBe(false)
  expect(books.balance(JOBS, [incident()])).toEqual(['the Agent was told of death 0 times'])
})

it('sees an incident that is wrong about its death', () => {
  books.died(LIFE, incident({ cause: 'crash', confidence: 'suspected', topAllocators: [], jobIds: ['ran'] }))
  books.told(tell('ran', 'waited', 'threw', 'death'))
  expect(books.balance(JOBS, [incident()])).toEqual([
    'incident death has the cause crash, not heap-out-of-memory (it said so)',
    'incident death has the confidence suspected, not proven (it said so)',
    'incident death has the culprit none, not leak (it said so)',
    'incident death has the jobs ran, not ran waited (it said so)',
  ])
})

it('knows that the app keeps only so many incidents', () => {
  const all = Array.from({ length: INCIDENTS_KEPT + 1 }, (_, n) => incident({ id: `death-${n}`, jobIds: [] }))
  for (const one of all) books.died({ culprit: 'leak', lost: [], failed: [] }, one)
  books.told(all.map(({ id }) => span({ 'studio.incident.id': id })))
  expect(books.balance([], all.slice(1))).toEqual([])
  expect(books.balance([], all.slice(2))).toEqual(['incident death-1 is there 0 times'])
})
