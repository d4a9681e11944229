import { strict as assert } from 'node:assert'
import type { StudioOptions } from '../../support/app/studio'
import { test as base } from '../../support/app/test'
import { newFolder, seeded } from './data-folder'
import { WatchedStudio } from './watched-studio'

/** The tag of rows that `scripts/faults.mjs` leaves out of the short form. */
const LONG_FORM = '@long'

/** Kinds of annotations, for the report. */
export const ROW = 'fault'
export const FIGURE = 'figure'

/** One row of the table in docs/reliability.md. What holds in every row is not repeated. */
export interface Fault {
  readonly group: string
  readonly fault: string
  /** The way the fault is caused. */
  readonly how: string
  /** The claim that must hold besides. */
  readonly holds: string
  /** Time limit in milliseconds; a minute by default. */
  readonly timeout?: number
  /** Left to the long form: another row takes the same way through the app. */
  readonly isLong?: boolean
}

interface Fixtures {
  /** Starts the app under watch, on a data folder with a record of an earlier run unless one is named. */
  readonly start: (options?: StudioOptions) => WatchedStudio
}

const test = base.extend<Fixtures>({
  start: async ({ launch }, use) => {
    const seed = await seeded(launch)
    await use((options = {}) => WatchedStudio.start(launch, { dataFolder: newFolder(seed), ...options }))
  },
})

export type Given = Parameters<Parameters<typeof test>[2]>[0]

const DEFAULT_TIMEOUT_MS = 90_000

/**
 * Tests one fault on the real app. `run` returns the figure for the table, or why it could not be tested
 * here.
 */
export function fault(row: Fault, run: (given: Given) => Promise<string | { readonly skip: string }>): void {
  const { timeout = DEFAULT_TIMEOUT_MS, isLong = false, ...shown } = row
  const details = {
    tag: isLong ? LONG_FORM : [],
    annotation: { type: ROW, description: JSON.stringify(shown) },
  }
  test(`${row.group}: ${row.fault}`, details, async ({ start, launch, agent }) => {
    test.setTimeout(timeout)
    const figure = await run({ start, launch, agent } as Given)
    if (typeof figure !== 'string') {
      test.skip(true, figure.skip)
      return
    }
    assert.ok(figure.length < 200)
    test.info().annotations.push({ type: FIGURE, description: figure })
  })
}
