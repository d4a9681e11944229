import type { Tracer } from 'dd-trace'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { runProgram } from '../../../testing/program/program'
import { flushTraces, sendTraces, takeUnsentTraces } from './dd-trace/flush'
import { outsideTraces } from './tracer'

const withExporter = (exporter: object) => ({ _tracer: { _exporter: exporter } }) as unknown as Tracer
const never = vi.fn()
const throws = () => {
  throw new Error('not as it was')
}
const TRACES = { payload: new Uint8Array([0x90]), count: 1 }

/** Tracers of a shape that no current dd-trace has. */
const ODD: readonly [what: string, tracer: Tracer | null][] = [
  ['none', null],
  ['empty', {} as Tracer],
  ['switched off', withExporter({ flush: (done: () => void) => done() })],
  [
    'throwing',
    withExporter({ flush: throws, _writer: { _encoder: { count: throws }, _sendPayload: throws } }),
  ],
  [
    'of other shape',
    withExporter({ flush: 7, _writer: { _encoder: { count: () => 1, makePayload: 7 }, _sendPayload: 7 } }),
  ],
]

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('outside all traces', () => {
  it('runs what comes later too, and the trace that it was asked in goes on', async () => {
    const program = `
      import { setTimeout as sleep } from 'node:timers/promises'
      import tracer from 'dd-trace'
      import { outsideTraces } from './tracer'
      tracer.init({ startupLogs: false })
      const active = () => tracer.scope().active() !== null
      tracer.trace('web.request', async () => {
        const seen = outsideTraces(tracer, async () => {
          const before = active()
          await sleep(1)
          return [before, active(), await new Promise((resolve) => setTimeout(() => resolve(active())))]
        })
        console.log(JSON.stringify([active(), ...(await seen), active()]))
        process.exit()
      })`
    const { stdout } = await runProgram(program, {
      from: __dirname,
      env: { DD_TRACE_AGENT_URL: 'http://127.0.0.1:9' },
    })
    expect(JSON.parse(stdout)).toEqual([true, false, false, false, true])
  })

  it('is where everything runs without a tracer', () => {
    expect(outsideTraces(null, () => 7)).toBe(7)
  })
})

describe('flushing', () => {
  it('waits for the Agent’s answer', async () => {
    let answer: () => void = () => {}
    const settled = vi.fn()
    flushTraces(
      withExporter({
        flush: (done: () => void) => {
          answer = done
        },
      }),
      1_000,
    ).then(settled)
    await vi.advanceTimersByTimeAsync(900)
    expect(settled).not.toHaveBeenCalled()
    answer()
    await vi.advanceTimersByTimeAsync(0)
    expect(settled).toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
  })

  it.each([
    ['flushing', (ms: number) => flushTraces(withExporter({ flush: never }), ms)],
    ['sending', (ms: number) => sendTraces(withExporter({ _writer: { _sendPayload: never } }), TRACES, ms)],
  ])('or %s ends at its deadline, whatever the Agent does', async (_what, start) => {
    const settled = vi.fn()
    start(1_000).then(settled)
    await vi.advanceTimersByTimeAsync(999)
    expect(settled).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(settled).toHaveBeenCalled()
  })

  it.each(ODD)('does not wait for a tracer that is %s', async (_what, tracer) => {
    await expect(flushTraces(tracer, 1_000)).resolves.toBeUndefined()
    await expect(sendTraces(tracer, TRACES, 1_000)).resolves.toBeUndefined()
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('the unsent spans', () => {
  it.each(ODD)('are none when the tracer is %s', (_what, tracer) => {
    expect(takeUnsentTraces(tracer)).toBeNull()
  })

  it('are none when there are none', () => {
    const encoder = { count: () => 0, makePayload: vi.fn() }
    expect(takeUnsentTraces(withExporter({ _writer: { _encoder: encoder } }))).toBeNull()
    expect(encoder.makePayload).not.toHaveBeenCalled()
  })

  it('are sent on as they are', async () => {
    const send = vi.fn((_payload: Buffer, _count: number, done: () => void) => done())
    await sendTraces(withExporter({ _writer: { _sendPayload: send } }), TRACES, 1_000)
    expect(send).toHaveBeenCalledExactlyOnceWith(Buffer.from([0x90]), 1, expect.any(Function))
  })
})

describe('a dd-trace that cannot be loaded', () => {
  it('leaves the process untraced, with the reason, and its environment as it was', async () => {
    vi.useRealTimers()
    const program = `
      import { startTracer } from './tracer'
      const { tracer, failure } = startTracer('main')
      console.log(JSON.stringify({ tracer, failure, tags: process.env.DD_TAGS }))`
    const { code, stdout } = await runProgram(program, {
      from: __dirname,
      tracer: false,
      env: { DD_TAGS: 'team:images' },
    })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      tracer: null,
      failure: expect.stringContaining("Cannot find module 'dd-trace'"),
      tags: 'team:images',
    })
  })
})
