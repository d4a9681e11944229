import { type BoundedValue, PACK_TAG } from './registry'

/** The engine's own nodes. */
const CORE = 'core' as BoundedValue
const OTHER = 'other' as BoundedValue
/** Names of packs beside those two. */
const NAMES = PACK_TAG.pack.atMost - 2
/** Datadog cuts what is longer (https://docs.datadoghq.com/getting_started/tagging). */
const MAX_LENGTH = 100

/**
 * The values of the tag `pack`: the packs that are asked for first keep their names as long as the app lives, the rest are
 * `other`, so that a machine has no more series than the registry says.
 */
export class PackTags {
  readonly #names = new Set<string>()

  /** @param pack `null` for the engine's own nodes */
  of(pack: string | null): BoundedValue {
    if (pack === null) return CORE
    const name = asTag(pack)
    if (name === CORE || name === OTHER) return OTHER
    if (!this.#names.has(name) && this.#names.size >= NAMES) return OTHER
    this.#names.add(name)
    return name as BoundedValue
  }
}

/** Spells a pack as Datadog keeps a tag; no separator of DogStatsD's may be in one either. */
function asTag(pack: string): string {
  const name = pack
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_./-]+/gu, '_')
    .slice(0, MAX_LENGTH)
  return name === '' ? OTHER : name
}
