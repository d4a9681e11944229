import { channel as namedChannel } from 'node:diagnostics_channel'
import { describe, expect, it } from 'vitest'
import { MAX_NAME_LENGTH, MAX_OPEN_JOBS, parseBackendMessage } from '../../common/protocol/messages'
import { channel, follow, open, rejectWith, T0 } from './job-channel.test-support'

const queue = (context: unknown) => namedChannel('studio.job.queued').publish(context)
const cancel = (context: unknown) => namedChannel('studio.job.cancelled').publish(context)
const brief = ({ messages }: ReturnType<typeof follow>) =>
  messages.map((message) => ('key' in message ? `${message.type} ${message.key}` : message.type))

describe('a job that waits', () => {
  it('is told of when it is accepted, when it runs and when it ends, under one key', async () => {
    const { messages } = follow()
    const context = { id: 'a', name: 'upscale', kind: 'image' }
    queue(context)
    await channel.tracePromise(async () => 'image', context)
    const nobody = { traceId: null, spanId: null, parentId: null, runtimeId: null, version: null }
    const job = { key: 0, ...context, result: undefined, ...nobody }
    const { result: _, ...described } = job
    expect(messages).toEqual([
      { type: 'job-queued', ...described, queuedAt: T0 },
      { type: 'job-started', ...described, startedAt: T0 + 1 },
      {
        type: 'job-ended',
        key: 0,
        endedAt: T0 + 2,
        progress: null,
        error: null,
        stack: null,
        spanSent: false,
      },
    ])
    for (const message of messages) expect(parseBackendMessage(structuredClone(message))).toEqual(message)
  })

  it('is found again by its id, and what the start does not say of it is known from the queue', () => {
    const { started } = follow()
    const long = 'x'.repeat(1_000)
    queue(Object.freeze({ id: 7, name: 'upscale', kind: 'image' }))
    queue({ id: long })
    channel.traceSync(() => {}, { id: long, name: 'late' })
    channel.traceSync(() => {}, { id: '7', kind: 'other' })
    expect(started()).toMatchObject([
      { key: 1, id: 'x'.repeat(MAX_NAME_LENGTH), name: 'late', kind: null },
      { key: 0, id: '7', name: 'upscale', kind: 'other' },
    ])
  })

  it('is the oldest of those with its id, unless it is that very context', () => {
    const followed = follow()
    const [first, second, third] = [{ id: 'a' }, { id: 'a' }, { id: 'a' }]
    for (const context of [first, second, third]) queue(context)
    channel.traceSync(() => {}, second)
    channel.traceSync(() => {}, { id: 'a' })
    channel.traceSync(() => {}, { id: 'a' })
    channel.traceSync(() => {}, { id: 'a' })
    expect(followed.started().map(({ key }) => key)).toEqual([1, 0, 2, 3])
  })

  it('may be queued again once it is over', async () => {
    const { started } = follow()
    queue({ id: 'a' })
    await channel.tracePromise(() => rejectWith('x'), { id: 'a' }).catch(() => {})
    queue({ id: 'a' })
    channel.traceSync(() => {}, { id: 'a' })
    expect(started().map(({ key }) => key)).toEqual([0, 1])
  })
})

describe('a job that is cancelled', () => {
  it('while it waits will not run; one that starts under its id later is another', () => {
    const followed = follow()
    const context = { id: 'a' }
    queue(context)
    queue({ id: 'b' })
    cancel({ id: 'b' })
    cancel(context)
    channel.traceSync(() => {}, context)
    expect(brief(followed).slice(2)).toEqual([
      'job-cancelled 1',
      'job-cancelled 0',
      'job-started 2',
      'job-ended 2',
    ])
    expect(followed.messages[2]).toEqual({ type: 'job-cancelled', key: 1, cancelledAt: T0 + 2 })
  })

  it.each<[how: string, run: () => Promise<unknown>]>([
    ['fails', () => rejectWith(new Error('stopped by the user'))],
    ['completes', async () => 'half an image'],
  ])('while it runs is open until it ends, and cancelled even if it then %s', async (_how, work) => {
    const followed = follow()
    let go: () => void = () => {}
    const wanted = new Promise<void>((resolve) => {
      go = resolve
    })
    const context = { id: 'a' }
    const running = channel.tracePromise(() => wanted.then(work), context)
    cancel({ id: 'a' })
    expect(brief(followed)).toEqual(['job-started 0'])
    go()
    await running.catch(() => {})
    expect(brief(followed)).toEqual(['job-started 0', 'job-cancelled 0'])
  })

  it('by an AbortError needs no channel; a TimeoutError is a failure', async () => {
    const followed = follow()
    const abort = new DOMException('no longer wanted', 'AbortError')
    for (const error of [abort, Object.assign(new Error('x'), { name: 'AbortError' })])
      await channel.tracePromise(() => rejectWith(error), { id: 'a' }).catch(() => {})
    const late = new DOMException('too late', 'TimeoutError')
    await channel.tracePromise(() => rejectWith(late), { id: 'a' }).catch(() => {})
    expect(brief(followed).filter((text) => !text.startsWith('job-started'))).toEqual([
      'job-cancelled 0',
      'job-cancelled 1',
      'job-ended 2',
    ])
  })

  it('when it is over, or was never known, is nobody’s business', () => {
    const { messages } = follow()
    channel.traceSync(() => {}, { id: 'a' })
    cancel({ id: 'a' })
    cancel({ id: 'unknown' })
    expect(messages.map(({ type }) => type)).toEqual(['job-started', 'job-ended'])
  })
})

describe('a context that is none', () => {
  const throwing = {
    get id(): string {
      throw new Error('hostile')
    },
  }
  const revoked = Proxy.revocable({ id: 'a' }, {})
  revoked.revoke()
  const MALFORMED = [undefined, null, 7, 'a', {}, { id: '' }, { id: {} }, throwing, revoked.proxy]

  it.each([
    ['studio.job.queued', queue],
    ['studio.job.cancelled', cancel],
  ])('is ignored on %s, with one warning', (name, publish) => {
    const { warnings, messages } = follow()
    for (const context of MALFORMED) publish(context)
    expect(warnings()).toEqual([expect.stringContaining(`a ${name} context was ignored`)])
    expect(messages).toHaveLength(1)
  })

  it('is one that waits or runs already', async () => {
    const followed = follow()
    const context = { id: 'a' }
    queue(context)
    queue(context)
    const job = open(context)
    queue(context)
    expect(brief(followed)).toEqual(['job-queued 0', 'warning', 'job-started 0'])
    await job.finish()
  })
})

it('up to 10,000 jobs are followed, waiting and running ones together', async () => {
  const { messages, warnings } = follow()
  const waiting = Array.from({ length: MAX_OPEN_JOBS - 1 }, (_, id) => ({ id }))
  for (const context of waiting) queue(context)
  const job = open({ id: 'running' })
  queue({ id: 'above' })
  channel.traceSync(() => {}, { id: 'above too' })
  expect(messages).toHaveLength(MAX_OPEN_JOBS + 1)
  expect(warnings()).toEqual([expect.stringContaining('more than 10000 jobs are open at once')])
  await job.finish()
  queue({ id: 'after' })
  for (const context of [...waiting, { id: 'after' }]) cancel(context)
  expect(messages.filter(({ type }) => type === 'job-cancelled')).toHaveLength(MAX_OPEN_JOBS)
})
