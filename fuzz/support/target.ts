import fc from 'fast-check'

/** Time limit in milliseconds: no parser needs a hundredth of it, and a busy machine is no reason to fail. */
const MAX_MS = 5_000

/** Callbacks for the watching process. */
export interface Progress {
  /** Called before an input is tried; `promise` counts from 0 within its target. */
  readonly begun: (promise: number) => void
}

/** One promise about a parser, with the inputs it must hold for. */
export interface Promised {
  readonly what: string
  /**
   * The share of the run's inputs that this one gets: small for one that needs the disk, or whose parser
   * others use too.
   */
  readonly share: number
  readonly property: (begun: () => void) => fc.IRawProperty<unknown>
}

/** One parser, or a few that belong together. */
export interface Target {
  readonly name: string
  readonly promises: readonly Promised[]
}

/** Makes a promise. `check` throws if it is broken, and must return soon. */
export function promise<T>(
  what: string,
  inputs: fc.Arbitrary<T>,
  check: (input: T) => void,
  share = 1,
): Promised {
  return {
    what,
    share,
    property: (begun) =>
      fc.property(inputs, (input) => {
        begun()
        if (msOf(() => check(input)) > MAX_MS) expectSoon(msOf(() => check(input)))
      }) as fc.IRawProperty<unknown>,
  }
}

export function asyncPromise<T>(
  what: string,
  inputs: fc.Arbitrary<T>,
  check: (input: T) => Promise<void>,
  share = 1,
): Promised {
  return {
    what,
    share,
    property: (begun) =>
      fc.asyncProperty(inputs, async (input) => {
        begun()
        const time = async () => {
          const start = performance.now()
          await check(input)
          return performance.now() - start
        }
        if ((await time()) > MAX_MS) expectSoon(await time())
      }) as fc.IRawProperty<unknown>,
  }
}

function msOf(work: () => void): number {
  const start = performance.now()
  work()
  return performance.now() - start
}

/** Checks the time of a second try: a busy machine may delay one. */
function expectSoon(ms: number): void {
  if (ms > MAX_MS) throw new Error(`it took ${Math.round(ms)} ms, twice`)
}

/** A failure, and how to reproduce it. */
export interface Failure {
  readonly target: string
  readonly what: string
  /** The promise's number within its target. */
  readonly index: number
  readonly seed: number
  readonly path: string | null
  readonly input: string
  readonly error: string
}

export interface RunOptions {
  /** Inputs for each promise whose share is 1. */
  readonly runs: number
  readonly seed: number
  /** The path that a failure reported: that input alone. */
  readonly path?: string
  /** The number of the only promise to try. */
  readonly only?: number
  readonly progress?: Progress
}

const MAX_SHOWN = 2_000

/** Tries every promise of a target. @returns the first failure of each */
export async function run(target: Target, options: RunOptions): Promise<Failure[]> {
  const { runs, seed, path, only, progress } = options
  const failures: Failure[] = []
  for (const [index, { what, share, property }] of target.promises.entries()) {
    if (only !== undefined && only !== index) continue
    const details = await fc.check(
      property(() => progress?.begun(index)),
      {
        numRuns: Math.max(1, Math.ceil(runs * share)),
        seed,
        ...(path !== undefined && { path }),
      },
    )
    if (!details.failed) continue
    const { counterexamplePath, counterexample, errorInstance } = details
    failures.push({
      target: target.name,
      what,
      index,
      seed: details.seed,
      path: counterexamplePath,
      input: fc.stringify(counterexample).slice(0, MAX_SHOWN),
      error: String(errorInstance instanceof Error ? errorInstance.stack : errorInstance),
    })
  }
  return failures
}
