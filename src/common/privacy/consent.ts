/**
 * The user's answer to the question whether what is recorded may leave the machine: not given yet, yes, or no. It decides
 * from when on, and over which time.
 */
export const CONSENTS = ['pending', 'granted', 'denied'] as const
export type Consent = (typeof CONSENTS)[number]

/** A time in which nothing left, in milliseconds since the epoch; `to` is `null` while it lasts. */
export interface ConsentPeriod {
  /** `denied` for good; what was recorded while it was `pending` may leave once it is granted. */
  readonly state: 'pending' | 'denied'
  readonly from: number
  readonly to: number | null
}

/** Above it the two oldest become one, with all that lies between them. */
export const MAX_PERIODS = 100

/**
 * The periods after an answer: a yes lets go what has waited for it, a no keeps that here too.
 * @param now milliseconds since the epoch
 */
export function answered(
  periods: readonly ConsentPeriod[],
  consent: Consent,
  now: number,
): readonly ConsentPeriod[] {
  const ended = periods.map((period) => ({ ...period, to: period.to ?? Math.max(period.from, now) }))
  if (consent === 'granted') return merged(ended.filter(({ state }) => state === 'denied'))
  const settled = consent === 'denied' ? ended.map((period) => ({ ...period, state: consent })) : ended
  return merged([...settled, { state: consent, from: now, to: null }])
}

/** True if some of that time was denied. Times in milliseconds since the epoch, both ends included. */
export function isDenied(periods: readonly ConsentPeriod[], from: number, to: number): boolean {
  return periods.some(
    (period) =>
      period.state === 'denied' && period.from <= to && from <= (period.to ?? Number.POSITIVE_INFINITY),
  )
}

/** In their order, those that touch as one, and no more than are kept. */
function merged(periods: readonly ConsentPeriod[]): readonly ConsentPeriod[] {
  const joined: ConsentPeriod[] = []
  for (const period of [...periods].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1)
    if (last && last.state === period.state && period.from <= endOf(last)) {
      joined[joined.length - 1] = joinedTo(last, period)
    } else joined.push(period)
  }
  while (joined.length > MAX_PERIODS) {
    const [first, second, ...rest] = joined
    if (!first || !second) break
    const state = first.state === 'denied' || second.state === 'denied' ? 'denied' : 'pending'
    joined.splice(0, joined.length, { ...joinedTo(first, second), state }, ...rest)
  }
  return joined
}

function joinedTo(first: ConsentPeriod, second: ConsentPeriod): ConsentPeriod {
  const to = Math.max(endOf(first), endOf(second))
  return { ...first, to: to === Number.POSITIVE_INFINITY ? null : to }
}

const endOf = ({ to }: ConsentPeriod) => to ?? Number.POSITIVE_INFINITY
