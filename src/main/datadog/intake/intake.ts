import type { DeliveryResult } from '../agent/response'
import type { RequestLimits } from '../agent/send'
import type { Upload } from '../profiles/upload'
import type { Payload, PayloadLimits } from '../spans/payload'
import type { WireSpan } from '../spans/wire-span'

/** One way out: where what Studio measures goes, and in which form. No call rejects. */
export interface Intake {
  /** The intake's name in the log: `the Datadog Agent`. */
  readonly name: string
  packSpans(spans: Iterable<WireSpan | null>, limits?: PayloadLimits): Payload
  sendSpans(payload: Payload, limits: RequestLimits): Promise<DeliveryResult>
  /** Sends a JSON array of logs. */
  sendLogs(json: string, limits: RequestLimits): Promise<DeliveryResult>
  /** `null` where it takes no profiles: they stay on this machine. */
  readonly sendProfile: ((what: Upload, limits: RequestLimits) => Promise<DeliveryResult>) | null
}
