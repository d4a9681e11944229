/**
 * The engine API's response, or why there was none that can be used: a few words that continue "the engine's
 * API ...".
 */
export type Answer<Body> =
  | { readonly ok: true; readonly body: Body }
  | {
      readonly ok: false
      readonly trouble: string
      readonly status: number | null
      /** The engine's answer to a text that it refuses, where that was asked for. */
      readonly body?: unknown
    }

export function trouble(words: string, status: number | null = null): Answer<never> {
  return { ok: false, trouble: words, status }
}
