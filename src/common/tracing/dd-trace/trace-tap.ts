import type { Tracer } from 'dd-trace'
import { type SendGate, sendGate } from '../../privacy/send-gate'
import { exporterOf } from './exporter'

/** Takes finished spans as dd-trace has encoded them for the Agent's `/v0.4/traces`. */
export type TakeTraces = (payload: Uint8Array, count: number) => void

/** The most that waits until somebody takes it, in bytes: some seconds of 1,000 spans each. */
const MAX_WAITING_BYTES = 1024 * 1024

/** The exporter through which dd-trace's finished spans come out instead of being sent to an Agent. */
export class TraceTap {
  #waiting: { readonly payload: Uint8Array; readonly count: number }[] = []
  #take: TakeTraces | null = null
  readonly #gate: Pick<SendGate, 'consent' | 'onChange'>

  constructor(gate: Pick<SendGate, 'consent' | 'onChange'> = sendGate) {
    this.#gate = gate
    gate.onChange((consent) => {
      if (consent === 'denied') this.#waiting = []
    })
  }

  /** From now on; what has come before is handed over at once. */
  open(take: TakeTraces): void {
    this.#take = take
    for (const { payload, count } of this.#waiting.splice(0)) take(payload, count)
  }

  /** From now on what comes waits for the next who opens it. */
  close(): void {
    this.#take = null
  }

  push(payload: Uint8Array, count: number): void {
    if (this.#gate.consent === 'denied') return
    if (this.#take) {
      this.#take(payload, count)
      return
    }
    this.#waiting.push({ payload, count })
    let bytes = this.#waiting.reduce((sum, { payload: waiting }) => sum + waiting.byteLength, 0)
    while (bytes > MAX_WAITING_BYTES && this.#waiting.length > 1) {
      bytes -= this.#waiting.shift()?.payload.byteLength ?? 0
    }
  }
}

/** Puts a tap in the place of what sends dd-trace's spans to the Agent. `null` where dd-trace sends nothing. */
export function tapTraces(tracer: Tracer): TraceTap | null {
  const writer = exporterOf(tracer)?._writer
  if (!writer?._sendPayload) return null
  const tap = new TraceTap()
  writer._sendPayload = (payload, count, done) => {
    tap.push(payload, count)
    done()
  }
  return tap
}
