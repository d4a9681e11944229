import type { Span, Tracer } from 'dd-trace'
import { expect, it, vi } from 'vitest'
import { channel, follow, rejectWith } from '../../../preload/jobs/job-channel.test-support'
import { withholdSpan } from './withhold-span'

/** Spans of a shape that no current dd-trace makes. */
function oddSpan(over: object, trace: object | undefined) {
  const context = { toTraceId: () => '1', toSpanId: () => '2', _trace: trace }
  const span = { context: () => context, setTag: vi.fn(), finish: vi.fn(), ...over }
  return span
}
const process = vi.fn()
const ODD = [
  ['nothing of it', oddSpan({}, undefined)],
  ['no processor', oddSpan({}, { started: [] })],
  ['another processor', oddSpan({ _processor: { process: 7 } }, { started: [] })],
  ['no list of open spans', oddSpan({ _processor: { process } }, {})],
  ['another list of open spans', oddSpan({ _processor: { process } }, { started: new Set() })],
  ['a list that does not have it', oddSpan({ _processor: { process } }, { started: [] })],
] as const

it.each(ODD)(
  'a span that has %s is left as it is, and dd-trace sends it with the error',
  async (_what, span) => {
    expect(withholdSpan(span as unknown as Span)).toBe(false)
    expect(process).not.toHaveBeenCalled()
    const scope = () => ({ active: () => null })
    const { ended, warnings } = follow({ scope, startSpan: () => span } as unknown as Tracer)
    await channel.tracePromise(() => rejectWith(new Error('no')), { id: 'a' }).catch(() => {})
    expect(ended()).toMatchObject([{ error: { message: 'no' }, spanSent: true }])
    expect(span.setTag).toHaveBeenCalledWith('error', expect.objectContaining({ message: 'no' }))
    expect(span.finish).toHaveBeenCalledOnce()
    expect(warnings()).toEqual([])
  },
)
