import { subscribe } from 'node:diagnostics_channel'
import type { Tracer } from 'dd-trace'
import * as v from 'valibot'
import { percent } from '../../common/output/units'
import type { Answer } from './api/answer'

const PressureSchema = v.object({ usedBytes: v.number(), limitBytes: v.number() })

export interface FreeMemoryOptions {
  readonly tracer: Tracer | null
  readonly free: (headers: Readonly<Record<string, string>>) => Promise<Answer<null>>
  /** Logs one line. */
  readonly say: (line: string) => void
}

/** Asks the engine to unload its models whenever memory is short. It does so between two jobs. */
export function freeMemoryUnderPressure(options: FreeMemoryOptions): void {
  subscribe('studio.memory-pressure', (message) => {
    const pressure = v.safeParse(PressureSchema, message)
    if (pressure.success) void freeMemory(options, pressure.output.usedBytes / pressure.output.limitBytes)
  })
}

/** Sends the request in a span, whose headers a tracer in the engine continues. */
async function freeMemory({ tracer, free, say }: FreeMemoryOptions, share: number): Promise<void> {
  const span = tracer?.startSpan('studio.engine.free', { tags: { 'studio.memory.share': share } })
  const headers: Record<string, string> = {}
  if (span) tracer?.inject(span, 'http_headers', headers)
  const answer = await free(headers)
  if (!answer.ok) span?.setTag('error', new Error(answer.trouble))
  span?.finish()
  const what = `memory is ${percent(share)} full`
  say(
    answer.ok
      ? `${what}: the engine was asked to unload its models`
      : `${what}, and the engine cannot be asked to unload its models: its API ${answer.trouble}`,
  )
}
