/** What the engine's API said, or why it said nothing that can be used: a few words that go on "the engine's API ...". */
export type Answer<Body> =
  | { readonly ok: true; readonly body: Body }
  | { readonly ok: false; readonly trouble: string; readonly status: number | null }

export function trouble(words: string, status: number | null = null): Answer<never> {
  return { ok: false, trouble: words, status }
}
