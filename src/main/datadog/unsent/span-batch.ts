/** The most in a batch, in UTF-16 code units of JSON: it is a request, and what a kill of the app loses. */
const BATCH_LENGTH = 256 * 1024
/** The longest that a span waits for others, in milliseconds. */
const BATCH_MS = 1_000

/** Gathers chunks until there are enough of them, or a moment has passed. */
export class SpanBatch {
  #chunks: string[] = []
  #spans = 0
  #length = 0
  #timer: NodeJS.Timeout | null = null

  constructor(private readonly onFull: (chunks: readonly string[], spans: number) => void) {}

  add(chunk: string, spans: number): void {
    this.#chunks.push(chunk)
    this.#spans += spans
    this.#length += chunk.length
    if (this.#length >= BATCH_LENGTH) this.close()
    else this.#timer ??= setTimeout(() => this.close(), BATCH_MS).unref()
  }

  /** Hands over what there is. */
  close(): void {
    if (this.#timer) clearTimeout(this.#timer)
    const [chunks, spans] = [this.#chunks, this.#spans]
    this.#chunks = []
    this.#spans = 0
    this.#length = 0
    this.#timer = null
    if (chunks.length > 0) this.onFull(chunks, spans)
  }
}
