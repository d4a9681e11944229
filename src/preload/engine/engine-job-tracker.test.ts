import { describe, expect, it } from 'vitest'
import type { Outcome } from './api/jobs'
import { EngineJobTracker } from './engine-job-tracker'

const DONE: Outcome = { state: 'done' }
const none = new Map<string, Outcome | null>()
const listing = (running: string[], pending: string[] = []) => ({ running, pending })

describe('the book of the engine’s jobs', () => {
  it('sees a job wait, run and end', () => {
    const book = new EngineJobTracker()
    expect(book.update(listing([], ['a']), none)).toEqual([{ type: 'queued', id: 'a' }])
    expect(book.update(listing(['a']), none)).toEqual([{ type: 'started', id: 'a' }])
    expect(book.update(listing(['a']), none)).toEqual([])
    expect(book.missing(listing([]))).toEqual([{ id: 'a', was: 'running' }])
    expect(book.update(listing([]), new Map([['a', DONE]]))).toEqual([
      { type: 'ended', id: 'a', outcome: DONE },
    ])
    expect(book.size).toBe(0)
  })

  it('lets a job that runs at once wait for a moment', () => {
    expect(new EngineJobTracker().update(listing(['a'], ['b', 'c']), none)).toEqual([
      { type: 'queued', id: 'a' },
      { type: 'started', id: 'a' },
      { type: 'queued', id: 'b' },
      { type: 'queued', id: 'c' },
    ])
  })

  it('tells what ended before what began', () => {
    const book = new EngineJobTracker()
    book.update(listing(['a'], ['b']), none)
    const events = book.update(listing(['b']), new Map([['a', DONE]]))
    expect(events.map(({ type, id }) => `${id} ${type}`)).toEqual(['a ended', 'b started'])
  })

  it('concludes nothing of a missing job as long as nothing is known of it', () => {
    const book = new EngineJobTracker()
    book.update(listing(['a']), none)
    expect(book.update(listing([]), none)).toEqual([])
    expect(book.size).toBe(1)
  })

  it('takes a waiting job that left no trace for withdrawn', () => {
    const book = new EngineJobTracker()
    book.update(listing(['a'], ['b']), none)
    expect(book.update(listing(['a']), new Map([['b', null]]))).toEqual([{ type: 'withdrawn', id: 'b' }])
  })

  it('starts a waiting job that came and went before it ends it', () => {
    const book = new EngineJobTracker()
    book.update(listing([], ['a']), none)
    const events = book.update(listing([]), new Map([['a', DONE]]))
    expect(events.map(({ type }) => type)).toEqual(['started', 'ended'])
  })

  it('fails all jobs of an engine that started itself anew, those that waited too', () => {
    const book = new EngineJobTracker()
    book.update(listing(['a'], ['b']), none)
    const events = book.update(
      listing([]),
      new Map([
        ['a', null],
        ['b', null],
      ]),
    )
    expect(events.map(({ type, id }) => `${id} ${type}`)).toEqual(['a ended', 'b started', 'b ended'])
    expect(events.at(-1)).toMatchObject({
      outcome: { state: 'failed', error: { message: expect.stringContaining('no longer knows') } },
    })
  })

  it('adds jobs that came and went unseen, once', () => {
    const book = new EngineJobTracker()
    book.update(listing(['a']), none)
    book.update(listing([]), new Map([['a', DONE]]))
    const history = new Map([
      ['a', DONE],
      ['b', DONE],
    ])
    expect(book.addEnded(history).map(({ type, id }) => `${id} ${type}`)).toEqual([
      'b queued',
      'b started',
      'b ended',
    ])
    expect(book.addEnded(history)).toEqual([])
    expect(book.seen).toBe(2)
  })

  it('forgets the oldest of many ended jobs', () => {
    const book = new EngineJobTracker()
    for (let n = 0; n <= 1_000; n += 1) book.addEnded(new Map([[`${n}`, DONE]]))
    expect(book.addEnded(new Map([['1000', DONE]]))).toEqual([])
    expect(book.addEnded(new Map([['0', DONE]]))).toHaveLength(3)
  })

  it('starts a waiting job that the engine speaks of, and no unknown one', () => {
    const book = new EngineJobTracker()
    book.update(listing([], ['a']), none)
    expect(book.start('a')).toEqual([{ type: 'started', id: 'a' }])
    expect(book.start('a')).toEqual([])
    expect(book.start('b')).toEqual([])
  })
})
