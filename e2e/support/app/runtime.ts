const VARIABLE = 'STUDIO_E2E_ELECTRON'

/**
 * The Electron that the tests run on. A command line is
 * `executable ...switches APP_FOLDER ...the app's own arguments`; the packaged app has no APP_FOLDER.
 */
export interface Runtime {
  readonly executable: string
  readonly switches: readonly string[]
  /** The variables that every app of the run has in its environment. */
  readonly env?: Readonly<Record<string, string>>
  /** True for the app as `npm run dist` packs it. */
  readonly packed: boolean
}

/** Passes the runtime from the run's setup to its workers. */
export function publishRuntime(runtime: Runtime): void {
  process.env[VARIABLE] = JSON.stringify(runtime)
}

export function appRuntime(): Runtime {
  const published = process.env[VARIABLE]
  if (published === undefined) throw new Error('the run has no Electron: its setup did not run')
  return JSON.parse(published)
}

/**
 * True if the tests run on the packaged app. While Playwright only reads the test files there is no setup
 * yet.
 */
export function isPacked(): boolean {
  return process.env[VARIABLE] !== undefined && appRuntime().packed
}
