const VARIABLE = 'STUDIO_E2E_ELECTRON'

/** A command line is `executable ...switches APP_FOLDER ...the app's own arguments`. */
export interface Runtime {
  readonly executable: string
  readonly switches: readonly string[]
}

/** From the run's setup to its workers. */
export function publishRuntime(runtime: Runtime): void {
  process.env[VARIABLE] = JSON.stringify(runtime)
}

export function appRuntime(): Runtime {
  const published = process.env[VARIABLE]
  if (published === undefined) throw new Error('the run has no Electron: its setup did not run')
  return JSON.parse(published)
}
