import { app } from 'electron'

/** The folder or archive of the app that runs; `null` in a process that has none. */
export function appFolder(): string | null {
  try {
    return app.getAppPath()
  } catch {
    return null
  }
}
