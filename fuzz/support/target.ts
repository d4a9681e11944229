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
  /** Of the target's inputs, those that this one gets; some need the disk or a socket. */
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
        const start = performance.now()
        check(input)
        checkTime(start)
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
        const start = performance.now()
        await check(input)
        checkTime(start)
      }) as fc.IRawProperty<unknown>,
  }
}

function checkTime(start: number): void {
  const ms = performance.now() - start
  if (ms > MAX_MS) throw new Error(`it took ${Math.round(ms)} ms`)
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
  const shares = target.promises.reduce((sum, { share }) => sum + share, 0)
  const failures: Failure[] = []
  for (const [index, { what, share, property }] of target.promises.entries()) {
    if (only !== undefined && only !== index) continue
    const details = await fc.check(
      property(() => progress?.begun(index)),
      {
        numRuns: Math.max(1, Math.ceil((runs * share) / shares)),
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
