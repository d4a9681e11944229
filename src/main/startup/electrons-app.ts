import { realpathSync } from 'node:fs'
import path from 'node:path'
import { app } from 'electron'

/**
 * Tells whether Electron was started with our own package as its app, and not with one that has us among its modules.
 * @param bundles the folder of our main process's bundles, `dist/main`
 */
export function isElectronsApp(bundles: string): boolean {
  try {
    return realpathSync(app.getAppPath()) === realpathSync(path.join(bundles, '../..'))
  } catch {
    // No Electron, or no such folder.
    return false
  }
}
