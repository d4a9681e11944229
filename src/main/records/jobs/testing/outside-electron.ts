import type { OpenViewFile } from '../electron-store'

/**
 * Opens the real electron-store under plain Node. Its import of `electron` then yields the path of a binary,
 * which the package would download if it were not told where to look.
 */
export async function electronStore(): Promise<OpenViewFile> {
  process.env.ELECTRON_OVERRIDE_DIST_PATH ??= 'not-needed'
  const { openElectronStore } = await import('../electron-store')
  return openElectronStore
}
