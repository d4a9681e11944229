import { expect, it } from 'vitest'
import type { BackendMessage } from '../../../common/protocol/messages'
import { JobFeed } from './job-feed'

const IDS = { traceId: null, spanId: null, parentId: null, runtimeId: null, version: null }
const started = (key: number, id: string): BackendMessage => ({
  type: 'job-started',
  key,
  id,
  name: 'portrait',
  kind: 'prompt',
  startedAt: 0,
  ...IDS,
})

it('follows each job to its end', () => {
  const feed = new JobFeed(() => 0)
  const states = [
    feed.hear({ type: 'job-queued', key: 1, id: 'a', name: null, kind: null, queuedAt: 0, ...IDS }),
    feed.hear(started(1, 'a')),
    feed.hear({ type: 'job-progress', key: 1, progress: 0.5 }),
    feed.hear({
      type: 'job-ended',
      key: 1,
      endedAt: 0,
      progress: null,
      error: null,
      stack: null,
      spanSent: false,
    }),
    feed.hear({ type: 'job-progress', key: 1, progress: 0.6 }),
    feed.hear({ type: 'ready' }),
  ].map((event) => event && [event.id, event.state, event.progress])
  expect(states).toEqual([
    ['a', 'queued', null],
    ['a', 'running', null],
    ['a', 'running', 0.5],
    ['a', 'done', 0.5],
    null,
    null,
  ])
  expect(feed.open).toEqual([])
})

it('ends the jobs of a backend that is gone', () => {
  const feed = new JobFeed(() => 0)
  feed.hear(started(1, 'a'))
  feed.hear(started(2, 'b'))
  feed.hear({ type: 'job-cancelled', key: 1, cancelledAt: 0 })
  expect(feed.open.map(({ id }) => id)).toEqual(['b'])
  expect(feed.backendEnded('failed')).toMatchObject([
    { id: 'b', state: 'failed', at: '1970-01-01T00:00:00.000Z' },
  ])
  expect(feed.open).toEqual([])
})

it('leaves a job open that waits for the next engine, until that is gone too', () => {
  const feed = new JobFeed(() => 0)
  feed.hear(started(1, 'ran'))
  for (const [key, id] of [
    [2, 'waits'],
    [3, 'lost'],
  ] as const)
    feed.hear({ type: 'job-queued', key, id, name: null, kind: null, queuedAt: 0, ...IDS })
  const ids = (events: readonly { id: string }[]) => events.map(({ id }) => id)
  expect(ids(feed.backendEnded('failed', new Set([1, 2])))).toEqual(['ran', 'lost'])
  expect(feed.hear(started(2, 'waits'))).toMatchObject({ id: 'waits', state: 'running' })
  expect(ids(feed.backendEnded('failed'))).toEqual(['waits'])
})
