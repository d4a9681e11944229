import { size } from './units'

/** Packs that are named: who waits for an engine wants to know the worst. */
const NAMED = 5

interface PackCost {
  readonly pack: string
  /** In milliseconds. */
  readonly ms: number
  /** Growth of the resident set; `null` where it is not known. */
  readonly bytes: number | null
  readonly ok: boolean
}

/** Words for the cost of importing an engine's packs: all together, the slowest, and those that failed. */
export function describePackCosts(packs: readonly PackCost[]): string {
  if (packs.length === 0) return 'custom_nodes: no pack was loaded'
  const slowest = packs.toSorted((one, other) => other.ms - one.ms).slice(0, NAMED)
  const named = slowest.map((one) => `${one.pack} ${describeCost([one])}`)
  const rest = packs.length - slowest.length
  const failed = packs.filter(({ ok }) => !ok).map(({ pack }) => pack)
  return [
    `custom_nodes: ${packs.length} ${packs.length === 1 ? 'pack' : 'packs'} took ${describeCost(packs)} to load`,
    ...(packs.length > 1
      ? [`: ${named.join('; ')}${rest > 0 ? `; ${rest} more` : ''}`]
      : [` (${slowest[0]?.pack})`]),
    ...(failed.length > 0
      ? [`; not loaded, the engine's log says why: ${failed.slice(0, NAMED).join(', ')}`]
      : []),
    ...(failed.length > NAMED ? [` and ${failed.length - NAMED} more`] : []),
  ].join('')
}

/** Seconds and memory of one or several: an import may also free some, which is not told. */
export function describeCost(packs: readonly Pick<PackCost, 'ms' | 'bytes'>[]): string {
  const ms = packs.reduce((sum, each) => sum + each.ms, 0)
  const known = packs.filter(({ bytes }) => bytes !== null)
  const bytes = known.reduce((sum, each) => sum + Math.max(0, each.bytes ?? 0), 0)
  const seconds = `${(ms / 1_000).toFixed(1)} s`
  return known.length === 0 ? seconds : `${seconds} and ${size(bytes)}`
}
