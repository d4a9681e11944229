import { onePerProcess } from '../bundle/one-per-process'

/** Tags by name. */
export type Tags = Readonly<Record<string, string>>

/** Most changes remembered: a profile that waits longer is sent without them. */
const MAX_CHANGES = 1_000

interface Change {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly tags: Tags
}

/** The tags that the app gives to all that follows: its user, and its own. */
export class AppTags {
  readonly #changes: Change[] = [{ at: Number.NEGATIVE_INFINITY, tags: {} }]
  readonly #listeners = new Set<(tags: Tags) => void>()

  get current(): Tags {
    return this.#changes.at(-1)?.tags ?? {}
  }

  /** The tags that held at a time in milliseconds since the epoch; none for a time before this process. */
  at(ms: number): Tags {
    return this.#changes.findLast(({ at }) => at <= ms)?.tags ?? {}
  }

  /** Those of that time for a record of it, which has none where there were none. */
  recordedAt(ms: number): { readonly tags?: Tags } {
    const tags = this.at(ms)
    return Object.keys(tags).length === 0 ? {} : { tags }
  }

  set(tags: Tags, now = Date.now()): void {
    this.#changes.push({ at: now, tags })
    if (this.#changes.length > MAX_CHANGES) this.#changes.splice(1, 1)
    for (const listener of [...this.#listeners]) listener(tags)
  }

  /** Calls the listener with what holds now, and on every change. @returns what ends that */
  follow(listener: (tags: Tags) => void): () => void {
    listener(this.current)
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

/** The one set of tags of this process; each of our bundles knows it. */
export const appTags = onePerProcess('app-tags', new AppTags())
