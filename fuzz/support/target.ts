import fc from 'fast-check'

/** No parser needs a hundredth of it; a machine that does other things too is no reason to fail. In milliseconds. */
const MAX_MS = 5_000

/** For the one who watches from outside. */
export interface Progress {
  /** An input is about to be tried; `promise` counts from 0 within its target. */
  readonly begun: (promise: number) => void
}

/** One promise about a parser, with the inputs it is to hold for. */
export interface Promised {
  readonly what: string
  /** Of the run's inputs, those that this one gets: one that needs the disk, or feeds a parser that others feed too. */
  readonly share: number
  readonly property: (begun: () => void) => fc.IRawProperty<unknown>
}

/** One parser, or a few that belong together. */
export interface Target {
  readonly name: string
  readonly promises: readonly Promised[]
}

/** `check` throws when a promise is broken; it has to come back soon. */
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

/** Of a second try: what a busy machine holds up once is not slow. */
function expectSoon(ms: number): void {
  if (ms > MAX_MS) throw new Error(`it took ${Math.round(ms)} ms, twice`)
}

/** What failed, and how to see it again. */
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
  /** As a failure told it: that input alone. */
  readonly path?: string
  /** This one of the target's promises alone. */
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
