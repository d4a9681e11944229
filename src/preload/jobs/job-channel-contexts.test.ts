import type { Tracer } from 'dd-trace'
import { describe, expect, it } from 'vitest'
import { MAX_OPEN_JOBS } from '../../common/protocol/messages'
import { channel, follow, open, rejectWith } from './job-channel.test-support'

describe('a context that is none', () => {
  const throwing = {
    get id(): string {
      throw new Error('hostile')
    },
  }
  const trap = () => {
    throw new Error('hostile')
  }
  const revoked = Proxy.revocable({ id: 'a' }, {})
  revoked.revoke()
  const MALFORMED: readonly [what: string, context: object][] = [
    ['empty', {}],
    ['an empty id', { id: '' }],
    ['no id but an object', { id: {} }],
    ['an id that is no number', { id: Number.NaN }],
    ['a getter that throws', throwing],
    ['a proxy whose every trap throws', new Proxy({ id: 'a' }, { get: trap, has: trap, isExtensible: trap })],
    ['a proxy that does not say what it has', new Proxy({ id: 'a' }, { has: trap })],
    ['revoked', revoked.proxy],
    ['frozen', Object.freeze({ id: 'a' })],
    ['sealed', Object.seal({ id: 'a' })],
    ['used before', { id: 'a', result: undefined }],
    ['failed before', { id: 'a', error: undefined }],
  ]

  it.each(MALFORMED)('is ignored with a warning: %s', async (_what, context) => {
    const { messages, warnings } = follow()
    // Node itself throws for a context that it cannot write to: that is for the backend to see.
    for (const run of [
      () => channel.traceSync(() => 'x', context),
      () => channel.tracePromise(async () => 'x', context),
    ])
      await (async () => run())().catch(() => {})
    expect(warnings()).toEqual([expect.stringContaining('it must be a fresh object { id, name?, kind? }')])
    expect(messages).toHaveLength(1)
  })

  it('is warned of once, whatever comes', () => {
    const { messages } = follow()
    const all: unknown[] = [
      undefined,
      null,
      7,
      'text',
      Symbol('s'),
      ...MALFORMED.map(([, context]) => context),
    ]
    for (const context of all) {
      for (const event of ['start', 'end', 'asyncStart', 'asyncEnd', 'error'] as const)
        channel[event].publish(context as object)
    }
    expect(messages.map(({ type }) => type)).toEqual(['warning'])
  })

  it('is one that was used before, or is in use', async () => {
    const { started, ended, warnings } = follow()
    const context = { id: 'a' }
    const job = open(context)
    channel.tracePromise(async () => 'second', context)
    expect(warnings()).toHaveLength(1)
    await job.finish()
    channel.traceSync(() => 'third', context)
    expect(started()).toHaveLength(1)
    expect(ended()).toHaveLength(1)
    expect(warnings()).toHaveLength(1)
  })

  it('does not keep others from being followed', () => {
    const { started, ended } = follow()
    channel.traceSync(() => {}, {})
    channel.traceSync(() => {}, { id: 'good' })
    expect(started()).toMatchObject([{ id: 'good' }])
    expect(ended()).toHaveLength(1)
  })
})

describe('very many jobs', () => {
  it('are followed up to 10,000 at once: one warning for those above, and room again when some end', async () => {
    const { started, ended, warnings } = follow()
    const jobs = Array.from({ length: MAX_OPEN_JOBS + 3 }, (_, id) => open({ id }))
    expect(started()).toHaveLength(MAX_OPEN_JOBS)
    expect(warnings()).toEqual([expect.stringContaining('more than 10000 jobs are open at once')])
    await Promise.all([jobs[0], jobs[MAX_OPEN_JOBS]].map((job) => job?.finish()))
    expect(ended()).toMatchObject([{ key: 0 }])
    open({ id: 'after' })
    expect(started()).toHaveLength(MAX_OPEN_JOBS + 1)
    await Promise.all(jobs.map((job) => job.finish()))
    expect(ended()).toHaveLength(MAX_OPEN_JOBS)
    expect(warnings()).toHaveLength(1)
  })
})

describe('a tracer with a defect', () => {
  const defect = () => {
    throw new Error('not as it was')
  }
  const ids = { toTraceId: () => '1', toSpanId: () => '2' }
  const span = { context: () => ids, setTag: defect, finish: defect }
  const scope = () => ({ active: () => null })

  it.each([
    ['start', { scope, startSpan: defect }, 'jobs have no spans: not as it was'],
    ['scope', { scope: defect, startSpan: () => span }, 'jobs have no spans: not as it was'],
    ['finish', { scope, startSpan: () => span }, 'the spans of jobs cannot be finished: not as it was'],
    ['ids', { scope, startSpan: () => ({ ...span, context: defect }) }, 'jobs have no spans: not as it was'],
  ])('leaves the jobs and the backend alone: %s', async (where, tracer, warning) => {
    const { started, ended, warnings } = follow(tracer as unknown as Tracer)
    for (let n = 0; n < 2; n++) {
      expect(channel.traceSync(() => 'x', { id: n })).toBe('x')
      await channel.tracePromise(() => rejectWith('x'), { id: n }).catch(() => {})
    }
    await new Promise(setImmediate)
    expect(started()).toHaveLength(4)
    if (where !== 'finish') expect(started()[0]).toMatchObject({ traceId: null, spanId: null })
    expect(ended()).toHaveLength(4)
    expect(warnings()).toEqual([warning])
  })
})
