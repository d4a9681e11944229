// Guards the private parts of dd-trace: a new version that changes them must turn this red.

import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Span } from 'dd-trace'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodeSpans } from '../../../../testing/agent/span'
import { channel, follow, open, rejectWith } from '../../../preload/jobs/job-channel.test-support'
import { startQuietTracer } from '../quiet-tracer.test-support'
import { takeUnsentTraces } from './flush'

const tracer = startQuietTracer('backend', { DD_SERVICE: 'guard' })
const active = () => tracer.scope().active()
const idOf = (span: Span | null) => span?.context().toSpanId()
const { messages, started, ended, warnings } = follow(tracer)

/** The finished spans, as they would be sent. */
function finishedSpans() {
  const unsent = takeUnsentTraces(tracer)
  return unsent ? decodeSpans(unsent.payload) : []
}

/** The finished spans, without those of other libraries in this process. */
const jobSpans = () => finishedSpans().filter(({ name }) => name === 'studio.job' || name === 'inside')

beforeEach(() => {
  messages.length = 0
  finishedSpans()
})

// Each start is reported twice, by the binding and by the subscription; a job starts once.
afterEach(() => expect(warnings()).toEqual([]))

const inside = () => tracer.startSpan('inside', { childOf: active() }).finish()

describe('a job’s span is active inside it, and nothing after', () => {
  it('traceSync', () => {
    const during = channel.traceSync(
      () => {
        inside()
        return String(idOf(active()))
      },
      { id: 'a' },
    )
    expect(active()).toBeNull()
    const [child, job] = jobSpans().toSorted((a, b) => a.name.localeCompare(b.name))
    expect(job).toMatchObject({ name: 'studio.job', spanId: during, parentId: '0', error: false })
    expect(child).toMatchObject({ name: 'inside', parentId: during, traceId: job?.traceId })
  })

  it('tracePromise: also after it waited, in timers and below', async () => {
    const seen: unknown[] = []
    const see = () => void seen.push(idOf(active()))
    const running = channel.tracePromise(
      async () => {
        see()
        await sleep(1)
        see()
        await promisify(setImmediate)()
        see()
        await new Promise<void>((resolve) =>
          process.nextTick(() => {
            see()
            resolve()
          }),
        )
        inside()
        return 'done'
      },
      { id: 'a' },
    )
    expect(active()).toBeNull()
    await running
    expect(active()).toBeNull()
    expect(seen).toEqual(Array.from({ length: 4 }, () => started()[0]?.spanId))
    expect(jobSpans().map(({ name, parentId }) => [name, parentId])).toEqual(
      expect.arrayContaining([
        ['studio.job', '0'],
        ['inside', started()[0]?.spanId],
      ]),
    )
  })

  it('traceCallback', async () => {
    const seen: unknown[] = []
    const see = () => void seen.push(idOf(active()))
    await new Promise<void>((resolve) => {
      const work = (back: (error: null, image: string) => void) => {
        see()
        setTimeout(() => {
          see()
          back(null, 'image')
        }, 1)
      }
      channel.traceCallback(work, 0, { id: 'a' }, null, () => resolve())
      expect(active()).toBeNull()
    })
    expect(seen).toEqual([started()[0]?.spanId, started()[0]?.spanId])
    expect(jobSpans()).toHaveLength(1)
  })

  it.each([
    [
      'throws',
      () =>
        channel.traceSync(
          () => {
            throw new Error('x')
          },
          { id: 'a' },
        ),
    ],
    [
      'throws before its promise',
      () =>
        channel.tracePromise(
          () => {
            throw new Error('x')
          },
          { id: 'a' },
        ),
    ],
    ['rejects', () => channel.tracePromise(() => rejectWith(new Error('x')), { id: 'a' })],
  ])('of a job that %s', async (_way, run) => {
    await (async () => run())().catch(() => {})
    expect(active()).toBeNull()
    expect(ended()).toMatchObject([{ error: { name: 'Error' } }])
  })

  it('of jobs that overlap: each has its own', async () => {
    const job = async () => {
      const before = idOf(active())
      await sleep(2)
      expect(idOf(active())).toBe(before)
      return String(before)
    }
    const ids = await Promise.all(['a', 'b', 'c'].map((id) => channel.tracePromise(job, { id })))
    expect(ids).toEqual(started().map(({ spanId }) => spanId))
    expect(new Set(ids).size).toBe(3)
    expect(new Set(jobSpans().map(({ traceId }) => traceId)).size).toBe(3)
  })

  it('of a context that is none: what was active stays', () => {
    const outer = tracer.startSpan('inside')
    tracer.scope().activate(outer, () => {
      channel.traceSync(() => expect(idOf(active())).toBe(idOf(outer)), {})
    })
    outer.finish()
    expect(warnings()).toHaveLength(1)
    messages.length = 0
  })
})

describe('a job', () => {
  it('within a job, or within any span, is its child', async () => {
    const outer = tracer.startSpan('inside')
    await tracer.scope().activate(outer, () =>
      channel.tracePromise(
        async () => {
          await sleep(1)
          return channel.traceSync(() => 'x', { id: 'inner' })
        },
        { id: 'outer' },
      ),
    )
    outer.finish()
    const [first, second] = started()
    const spans = jobSpans()
    const span = (id: string | null | undefined) => spans.find(({ spanId }) => spanId === id)
    expect(span(first?.spanId)).toMatchObject({ parentId: idOf(outer), meta: { 'studio.job.id': 'outer' } })
    expect(span(second?.spanId)).toMatchObject({ parentId: first?.spanId, traceId: first?.traceId })
  })

  it('has the ids that dd-trace writes into logs, and that reach the Agent', () => {
    const record: { dd?: unknown } = {}
    channel.traceSync(() => void tracer.inject(active() as Span, 'log', record), { id: 'a' })
    const [job] = started()
    expect(job?.traceId).toMatch(/^[0-9a-f]{32}$/)
    expect(record.dd).toMatchObject({ trace_id: job?.traceId, span_id: job?.spanId })
    expect(jobSpans()).toMatchObject([{ traceId: job?.traceId, spanId: job?.spanId }])
  })

  it('has a span that says what it is', () => {
    channel.traceSync(() => {}, { id: 7, name: 'upscale', kind: 'image' })
    channel.traceSync(() => {}, { id: 'b', kind: 'image' })
    channel.traceSync(() => {}, { id: 'c' })
    expect(jobSpans().map(({ name, resource, type, meta }) => [name, resource, type, meta])).toEqual([
      [
        'studio.job',
        'image',
        'worker',
        expect.objectContaining({
          'studio.job.id': '7',
          'studio.job.name': 'upscale',
          'studio.job.kind': 'image',
          'span.kind': 'consumer',
        }),
      ],
      ['studio.job', 'image', 'worker', expect.objectContaining({ 'studio.job.id': 'b' })],
      ['studio.job', 'job', 'worker', expect.not.objectContaining({ 'studio.job.kind': expect.anything() })],
    ])
  })

  it('that is open is in no trace yet', async () => {
    const job = open({ id: 'a' })
    expect(jobSpans()).toEqual([])
    await job.finish()
    expect(jobSpans()).toHaveLength(1)
  })
})
