import { describe, expect, it, vi } from 'vitest'
import { MAX_MESSAGE_LENGTH, MAX_NAME_LENGTH, parseBackendMessage } from '../../common/protocol/messages'
import { channel, follow, open, rejectWith, T0 } from './job-channel.test-support'

describe('a job', () => {
  it('is told of when it starts and when it ends', async () => {
    const { messages } = follow()
    const result = channel.tracePromise(async () => 'image', { id: 'a', name: 'upscale', kind: 'image' })
    expect(messages).toEqual([
      {
        type: 'job-started',
        key: 0,
        id: 'a',
        name: 'upscale',
        kind: 'image',
        startedAt: T0,
        traceId: null,
        spanId: null,
        parentId: null,
        runtimeId: null,
        version: null,
      },
    ])
    expect(await result).toBe('image')
    expect(messages.slice(1)).toEqual([
      {
        type: 'job-ended',
        key: 0,
        endedAt: T0 + 1,
        progress: null,
        error: null,
        stack: null,
        spanSent: false,
      },
    ])
  })

  it('needs an id alone, which may be a number, and is cut to what a record keeps', async () => {
    const { messages, started } = follow()
    const long = 'x'.repeat(1_000)
    channel.traceSync(() => {}, { id: 0 })
    channel.traceSync(() => {}, { id: long, name: long, kind: long })
    channel.traceSync(() => {}, { id: 'c', name: 7, kind: {} })
    const name = long.slice(0, MAX_NAME_LENGTH)
    expect(started()).toMatchObject([
      { key: 0, id: '0', name: null, kind: null },
      { key: 1, id: name, name, kind: name },
      { key: 2, id: 'c', name: null, kind: null },
    ])
    for (const message of messages) expect(parseBackendMessage(structuredClone(message))).toEqual(message)
  })

  it.each<[way: string, run: (context: object) => unknown]>([
    ['traceSync', (context) => channel.traceSync(() => 'x', context)],
    ['traceSync, of nothing', (context) => channel.traceSync(() => undefined, context)],
    ['tracePromise', (context) => channel.tracePromise(async () => 'x', context)],
    ['tracePromise, of nothing', (context) => channel.tracePromise(async () => undefined, context)],
    [
      'traceCallback, called back at once',
      (context) =>
        channel.traceCallback(
          (back: (error: unknown, image: string) => void) => back(null, 'x'),
          0,
          context,
          null,
          () => {},
        ),
    ],
    [
      'traceCallback, called back later',
      (context) =>
        new Promise<void>((resolve) => {
          const later = (back: () => void) => void setImmediate(back)
          channel.traceCallback(later, 0, context, null, resolve)
        }),
    ],
  ])('ends once, and well: %s', async (_way, run) => {
    const { ended } = follow()
    await run({ id: 'a' })
    expect(ended()).toMatchObject([{ key: 0, endedAt: T0 + 1, progress: null, error: null }])
  })

  it('is not over when its function returns, but when its promise settles', async () => {
    const { ended } = follow()
    const job = open({ id: 'a' })
    await new Promise(setImmediate)
    expect(ended()).toEqual([])
    await job.finish()
    expect(ended()).toHaveLength(1)
  })

  it('has a key that is never given again', async () => {
    const { started, ended } = follow()
    const jobs = ['a', 'a', 'b'].map((id) => open({ id }))
    await jobs[1]?.finish()
    channel.traceSync(() => {}, { id: 'c' })
    expect(started().map(({ key }) => key)).toEqual([0, 1, 2, 3])
    expect(ended().map(({ key }) => key)).toEqual([1, 3])
  })
})

describe('a job that fails', () => {
  const ways: readonly [way: string, run: (thrown: unknown, context: object) => unknown][] = [
    [
      'throws',
      (thrown, context) =>
        channel.traceSync(() => {
          throw thrown
        }, context),
    ],
    [
      'throws before it returns a promise',
      (thrown, context) =>
        channel.tracePromise(() => {
          throw thrown
        }, context),
    ],
    ['rejects', (thrown, context) => channel.tracePromise(() => rejectWith(thrown), context)],
    [
      'throws before it calls back',
      (thrown, context) =>
        channel.traceCallback(
          (_back: () => void) => {
            throw thrown
          },
          0,
          context,
          null,
          () => {},
        ),
    ],
  ]
  it.each(ways)('%s: the backend gets its error, main a summary', async (_way, run) => {
    const { ended } = follow()
    const error = new RangeError('too large')
    await expect((async () => run(error, { id: 'a' }))()).rejects.toBe(error)
    expect(ended()).toMatchObject([{ key: 0, error: { name: 'RangeError', message: 'too large' } }])
  })

  it.each(ways.slice(0, 3))('%s nothing: that is an error too', async (_way, run) => {
    const { ended } = follow()
    await expect((async () => run(undefined, { id: 'a' }))()).rejects.toBeUndefined()
    expect(ended()).toMatchObject([{ error: { name: 'undefined', message: 'undefined' } }])
  })

  it('calls back with an error', () => {
    const { ended } = follow()
    const called = vi.fn()
    const fails = (back: (error: Error) => void) => back(new RangeError('too large'))
    channel.traceCallback(fails, 0, { id: 'a' }, null, called)
    expect(called).toHaveBeenCalledOnce()
    expect(ended()).toMatchObject([{ error: { name: 'RangeError', message: 'too large' } }])
  })

  it('may throw anything', async () => {
    const { ended } = follow()
    const long = new Error('x'.repeat(10_000))
    const hostile = {
      get message() {
        throw new Error('hostile')
      },
      toString() {
        throw new Error('hostile')
      },
    }
    for (const thrown of [long, 'text', null, Symbol('s'), hostile])
      await channel.tracePromise(() => rejectWith(thrown), { id: 'a' }).catch(() => {})
    expect(ended().map(({ error }) => error)).toEqual([
      { name: 'Error', message: 'x'.repeat(MAX_MESSAGE_LENGTH) },
      { name: 'string', message: 'text' },
      { name: 'object', message: 'null' },
      { name: 'symbol', message: 'Symbol(s)' },
      { name: 'Error', message: 'an error that cannot be read' },
    ])
  })
})

describe('progress', () => {
  it('is looked at every 500 ms, and told of when it has changed', async () => {
    vi.useFakeTimers()
    const { progress, ended } = follow()
    const context = { id: 'a', progress: 0 }
    const other = { id: 'b' }
    const [job] = [open(context), open(other)]
    const heardAfter = (ms: number, value: unknown) => {
      Object.assign(context, { progress: value })
      vi.advanceTimersByTime(ms)
      return progress().splice(0)
    }
    expect(heardAfter(499, 0.1)).toEqual([])
    expect(heardAfter(1, 0.1)).toEqual([[0, 0.1]])
    expect(heardAfter(1_500, 0.1)).toEqual([[0, 0.1]])
    expect(heardAfter(500, 0.2)).toEqual([
      [0, 0.1],
      [0, 0.2],
    ])
    for (const wrong of [-0.1, 1.1, Number.NaN, '0.5', null]) expect(heardAfter(500, wrong)).toHaveLength(2)
    context.progress = 0.9
    await job?.finish()
    expect(ended()).toMatchObject([{ key: 0, progress: 0.9 }])
  })

  it('that cannot be read at the end is the last that could', async () => {
    vi.useFakeTimers()
    const { ended } = follow()
    const context: { id: string; progress?: number } = { id: 'a', progress: 0.5 }
    const job = open(context)
    vi.advanceTimersByTime(500)
    delete context.progress
    await job.finish()
    expect(ended()).toMatchObject([{ progress: 0.5 }])
  })

  it('is looked at only while a job is open', async () => {
    vi.useFakeTimers()
    follow()
    const before = vi.getTimerCount()
    const job = open({ id: 'a' })
    expect(vi.getTimerCount()).toBeGreaterThan(before)
    await job.finish()
    expect(vi.getTimerCount()).toBe(before)
  })
})
