import { decode, encode } from '@msgpack/msgpack'

/** Largest batch of a process that ends, in bytes: dd-trace's own is 8 MiB at most. */
export const MAX_UNSENT_BYTES = 16 * 2 ** 20

/**
 * Holds the spans that a backend hands over to what they may say: the app's service, or one that dd-trace derives from it, such as
 * `studio-redis`. Code in the backend that has found the port could name any other service, and main would send it.
 * @param payload as the Agent's `/v0.4/traces` takes it
 * @returns the same bytes where all is well; `null` for what is no payload
 */
export function withOwnService(payload: Uint8Array, service: string): Uint8Array | null {
  if (payload.byteLength > MAX_UNSENT_BYTES) return null
  try {
    const most = payload.byteLength
    const limits = { maxArrayLength: most, maxMapLength: most, maxStrLength: most, maxBinLength: most }
    const chunks = decode(payload, { useBigInt64: true, ...limits })
    if (!Array.isArray(chunks)) return null
    let isChanged = false
    for (const span of chunks.flat()) {
      if (typeof span !== 'object' || span === null) return null
      if (isOwn(span.service, service)) continue
      span.service = service
      isChanged = true
    }
    return isChanged ? encode(chunks, { useBigInt64: true }) : payload
  } catch {
    return null
  }
}

const isOwn = (name: unknown, service: string) =>
  typeof name === 'string' && (name === service || name.startsWith(`${service}-`))
