import { setTimeout as sleep } from 'node:timers/promises'
import { sendGate } from '../../../common/privacy/send-gate'
import { errorMessage } from '../../../common/storage/errors'
import type { BackoffLimits } from '../../../common/timing/backoff'
import { within } from '../../../common/timing/within'
import { untraced } from '../../../common/tracing/dd-trace/transport'
import { Delivery } from '../delivery/delivery'
import type { Outbox, Sent } from '../delivery/outbox'
import type { DirectIntake } from '../intake/direct-intake'
import { decodeTraces, isSampledOut } from '../spans/decode-traces'
import { encodeChunk } from '../spans/trace-chunk'
import { SpanBatch } from './span-batch'
import { type UnsentFile, UnsentFolder, type UnsentFolderOptions } from './unsent-folder'

/** For one request, in milliseconds. */
const TIMEOUT_MS = 30_000
/** The most that a laptop that is back online takes of its line, in bytes a second. */
export const MAX_BYTES_PER_SECOND = 1_000_000
/** The most that may wait for a slow disk, in UTF-16 code units of JSON. */
const MAX_UNWRITTEN_LENGTH = 4 * 1024 * 1024

export interface SpanDeliveryOptions extends UnsentFolderOptions {
  readonly intake: DirectIntake
  /** 0 to 1. */
  readonly random: () => number
  readonly onBack?: () => void
  readonly backoff?: BackoffLimits
}

/** Brings the finished spans of both processes to Datadog without an Agent, by way of the disk. */
export class SpanDelivery {
  readonly #options: SpanDeliveryOptions
  readonly #folder: UnsentFolder
  readonly #delivery: Delivery<UnsentFile>
  readonly #batch = new SpanBatch((chunks, spans) => this.#write(chunks, spans))
  #writing: Promise<void> = Promise.resolve()
  #unwrittenLength = 0
  #isDamageLogged = false

  constructor(options: SpanDeliveryOptions) {
    const { log } = options
    this.#options = options
    this.#folder = new UnsentFolder(options)
    this.withhold()
    this.#delivery = new Delivery({
      ...options,
      outbox: new SpanOutbox(this.#folder, options.intake),
      what: 'spans',
      to: options.intake.name,
      whenRejected: 'lost',
      onBack: () => {
        const dropped = this.#folder.takeDropped()
        if (dropped > 0) log.warn(`${dropped} spans were lost while they could not be sent`)
        options.onBack?.()
      },
    })
  }

  /** Once, a while after the start: what an earlier run has left. */
  wake(): void {
    untraced(() => this.#delivery.wake())
  }

  /** Deletes the spans of times in which it was denied that they leave. */
  withhold(): void {
    this.#folder.withhold((from, to) => sendGate.isWithheld(from, to))
  }

  /** Something else was taken by Datadog. */
  agentIsBack(): void {
    untraced(() => this.#delivery.agentIsBack())
  }

  /** Takes what dd-trace has encoded for the Agent. Never throws. */
  take(payload: Uint8Array): void {
    untraced(() => this.#take(payload))
  }

  /** Sends what waits, as far as that goes within so many milliseconds. */
  async flush(deadlineMs: number): Promise<void> {
    const end = performance.now() + deadlineMs
    untraced(() => this.#batch.close())
    await within(deadlineMs, (done) => this.#writing.then(done))
    await untraced(() => this.#delivery.flush(Math.max(0, end - performance.now())))
  }

  /** Sends what it can within so many milliseconds; the rest waits on disk for the next start. */
  async stop(deadlineMs: number): Promise<void> {
    const end = performance.now() + deadlineMs
    untraced(() => this.#batch.close())
    await within(deadlineMs, (done) => this.#writing.then(done))
    await this.#delivery.stop(Math.max(0, end - performance.now()))
  }

  #take(payload: Uint8Array): void {
    const { intake, log } = this.#options
    const { computesStats } = intake.chunkFormat
    try {
      for (const spans of decodeTraces(payload)) {
        // With an API key Datadog counts them before it drops them.
        if (spans.length > 0 && (computesStats || !isSampledOut(spans)))
          this.#batch.add(encodeChunk(spans, intake.chunkFormat), spans.length)
      }
    } catch (error) {
      if (!this.#isDamageLogged)
        log.warn('spans of the backend cannot be read: they are lost', { reason: errorMessage(error) })
      this.#isDamageLogged = true
    }
  }

  #write(chunks: readonly string[], spans: number): void {
    const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
    if (this.#unwrittenLength > MAX_UNWRITTEN_LENGTH) {
      this.#folder.drop(spans)
      return
    }
    this.#unwrittenLength += length
    this.#writing = this.#writing
      .then(() => this.#folder.add(chunks, spans))
      .then(() => {
        this.#unwrittenLength -= length
        // It may have been denied while they were written.
        this.withhold()
        this.#delivery.wake()
      })
  }
}

class SpanOutbox implements Outbox<UnsentFile> {
  constructor(
    private readonly folder: UnsentFolder,
    private readonly intake: DirectIntake,
  ) {}

  tidy(): void {}

  waiting(): readonly UnsentFile[] {
    return [...this.folder.files]
  }

  async send([file, ...others]: readonly UnsentFile[], signal: AbortSignal): Promise<Sent> {
    this.folder.hold(file ?? null)
    const result = file ? await this.#send(file, others.length > 0, signal) : ({ outcome: 'empty' } as const)
    this.folder.hold(null)
    return { count: 1, result }
  }

  async #send(file: UnsentFile, isPaced: boolean, signal: AbortSignal): Promise<Sent['result']> {
    const chunks = await this.folder.read(file)
    if (!chunks) return { outcome: 'empty' }
    const payload = this.intake.packChunks(chunks)
    const start = performance.now()
    const result = await this.intake.sendSpans(payload, { timeoutMs: TIMEOUT_MS, signal })
    const bytes = payload.body.reduce((sum, part) => sum + part.byteLength, 0)
    if (isPaced) await pause(pauseAfter(bytes, performance.now() - start), signal)
    return result
  }

  acknowledge(files: readonly UnsentFile[], how: 'accepted' | 'rejected'): boolean {
    for (const { spans } of how === 'rejected' ? files : []) this.folder.drop(spans)
    return files.every((file) => this.folder.remove(file))
  }

  keyOf({ name }: UnsentFile): string {
    return name
  }
}

/** How long to wait after a request so that no more than `MAX_BYTES_PER_SECOND` leave, in milliseconds. */
export function pauseAfter(bytes: number, tookMs: number): number {
  return Math.max(0, (bytes / MAX_BYTES_PER_SECOND) * 1_000 - tookMs)
}

const pause = (ms: number, signal: AbortSignal) =>
  sleep(ms, undefined, { signal, ref: false }).catch(() => {})
