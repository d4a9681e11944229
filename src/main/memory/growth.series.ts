/** Synthetic courses of a process's memory, for the tests of what is growth and what is not. */

const MIB = 2 ** 20
const MINUTE = 60

/** Memory in bytes after a number of seconds. */
export type Series = (second: number) => number
/** Returns a random number from 0 to 1. */
export type Random = () => number

/** mulberry32, public domain: the same numbers for the same seed. */
export function seeded(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const between = (random: Random, from: number, to: number) => from + random() * (to - from)
/** A random value, evenly over orders of magnitude. */
const scaled = (random: Random, from: number, to: number) => from * (to / from) ** random()

function base(random: Random): Series {
  const level = scaled(random, 80, 8_000) * MIB
  const noise = level * between(random, 0, 0.02)
  return () => level + noise * (random() + random() + random() - 1.5)
}

/** Garbage of the size `height`, collected each `period` seconds. */
function tooth(
  random: Random,
  periods: readonly [number, number],
  heights: readonly [number, number],
): Series {
  const period = scaled(random, ...periods)
  const height = scaled(random, ...heights) * MIB
  let since = -random() * period
  let length = period
  return (second) => {
    while (second - since >= length) {
      since += length
      // No garbage collector keeps in step with the samples.
      length = period * between(random, 0.9, 1.1)
    }
    return ((second - since) / length) * height
  }
}

/** Jobs that allocate memory and release it. */
function jobs(random: Random): Series {
  const every = between(random, 40, 15 * MINUTE)
  const height = scaled(random, 50, 4_000) * MIB
  const share = between(random, 0.1, 0.9)
  return (second) => ((second % every) / every < share ? height * (0.9 + 0.1 * Math.sin(second / every)) : 0)
}

const add =
  (...parts: readonly Series[]): Series =>
  (second) =>
    parts.reduce((sum, part) => sum + part(second), 0)

type Family = (random: Random) => Series

/** Courses that must never be reported. */
export const QUIET: Readonly<Record<string, Family>> = {
  idle: (random) => base(random),
  noise: (random) => {
    const level = scaled(random, 100, 4_000) * MIB
    const memory = between(random, 0, 0.995)
    const width = level * between(random, 0.01, 0.2) * Math.sqrt(1 - memory ** 2)
    let drift = 0
    return () => {
      drift = memory * drift + width * (random() + random() + random() - 1.5)
      return level + drift
    }
  },
  sawtooth: (random) => add(base(random), tooth(random, [2, 5 * MINUTE], [20, 4_000])),
  'slow sawtooth': (random) => add(base(random), tooth(random, [5 * MINUTE, 9 * MINUTE], [20, 4_000])),
  'sawtooth in a sawtooth': (random) =>
    add(base(random), tooth(random, [2, 20], [20, 400]), tooth(random, [60, 5 * MINUTE], [100, 2_000])),
  'warm-up that slows down': (random) => {
    const height = scaled(random, 50, 4_000) * MIB
    const time = between(random, 10, 4 * MINUTE)
    return add(base(random), (second) => height * (1 - Math.exp(-second / time)))
  },
  'warm-up like a logarithm': (random) => {
    const height = scaled(random, 20, 400) * MIB
    const time = between(random, 5, 2 * MINUTE)
    return add(base(random), (second) => height * Math.log1p(second / time))
  },
  'cache that fills and stops': (random) => {
    const start = between(random, 0, 40 * MINUTE)
    const fill = between(random, 20, 5 * MINUTE)
    const height = scaled(random, 50, 8_000) * MIB
    return add(base(random), (second) => height * Math.min(1, Math.max(0, (second - start) / fill)))
  },
  'cache that fills ever slower': (random) => {
    const start = between(random, 0, 40 * MINUTE)
    const time = between(random, 20, 4 * MINUTE)
    const height = scaled(random, 50, 8_000) * MIB
    return add(base(random), (second) => height * (1 - Math.exp(-Math.max(0, second - start) / time)))
  },
  step: (random) => {
    const at = between(random, 4 * MINUTE, 60 * MINUTE)
    const height = scaled(random, 20, 8_000) * MIB
    return add(base(random), (second) => (second >= at ? height : 0))
  },
  'two steps': (random) => {
    const steps = [0, 0].map(() => ({
      at: between(random, 0, 80 * MINUTE),
      by: scaled(random, 20, 4_000) * MIB,
    }))
    return add(base(random), (second) =>
      steps.reduce((sum, { at, by }) => (second >= at ? sum + by : sum), 0),
    )
  },
  'jobs that come and go': (random) => add(base(random), jobs(random)),
  'memory given back': (random) => {
    const rate = scaled(random, 0.01, 2) * MIB
    const level = 10_000 * MIB
    return add(base(random), (second) => Math.max(0, level - rate * second))
  },
}

/** Courses that must be reported. The rise is large compared with noise and garbage within an hour. */
export const GROWING: Readonly<Record<string, Family>> = {
  'slow leak': (random) => {
    const rate = scaled(random, 0.05, 0.5) * MIB
    return add(quietBase(random, rate), (second) => rate * second)
  },
  'fast leak': (random) => {
    const rate = scaled(random, 0.5, 20) * MIB
    return add(quietBase(random, rate), (second) => rate * second)
  },
  'leak under a sawtooth': (random) => {
    const rate = scaled(random, 0.1, 10) * MIB
    return add(
      quietBase(random, rate),
      tooth(random, [2, 60], [20, (rate / MIB) * 20 * MINUTE]),
      (second) => rate * second,
    )
  },
  'leak in stairs': (random) => {
    const rate = scaled(random, 0.1, 10) * MIB
    const every = scaled(random, 1, 5 * MINUTE)
    return add(quietBase(random, rate), (second) => Math.floor(second / every) * every * rate)
  },
  'leak that starts late': (random) => {
    const rate = scaled(random, 0.2, 10) * MIB
    const start = between(random, 0, 45 * MINUTE)
    return add(quietBase(random, rate), (second) => rate * Math.max(0, second - start))
  },
  'leak after the model was loaded': (random) => {
    const rate = scaled(random, 0.2, 10) * MIB
    const at = between(random, 0, 30 * MINUTE)
    const model = scaled(random, 100, 8_000) * MIB
    return add(quietBase(random, rate), (second) => rate * second + (second >= at ? model : 0))
  },
  'leak with every job': (random) => {
    const every = between(random, 10, 2 * MINUTE)
    const share = between(random, 0.2, 0.8)
    const height = scaled(random, 50, 2_000) * MIB
    const rate = scaled(random, 0.1, 10) * MIB
    return add(
      quietBase(random, rate),
      (second) => ((second % every) / every < share ? height : 0) + Math.floor(second / every) * every * rate,
    )
  },
  'leak that gets faster': (random) => {
    const rate = scaled(random, 0.1, 2) * MIB
    return add(quietBase(random, rate), (second) => rate * second * (1 + second / (60 * MINUTE)))
  },
}

/** A base level small enough that an hour's leak is significant. */
function quietBase(random: Random, bytesPerSecond: number): Series {
  const level = Math.min(scaled(random, 80, 8_000) * MIB, bytesPerSecond * 4 * 60 * MINUTE)
  const noise = Math.min(level * 0.02, bytesPerSecond * 60) * random()
  return () => level + noise * (random() + random() + random() - 1.5)
}
