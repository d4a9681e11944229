// @ts-check
import { readdir, rm } from 'node:fs/promises'
import path from 'node:path'

/** For esbuild: a file as Node wraps a module. It is run by `src/common/bundle/script.ts`. */
export const AS_SCRIPT = {
  banner: { js: '(function (exports, require, module, __filename, __dirname) {' },
  footer: { js: '})' },
}

/**
 * V8 knows a cache's source by its length alone: one of an older bundle must not be found.
 * @param {string} folder
 */
export async function removeCodeCaches(folder) {
  const names = await readdir(folder).catch(() => [])
  const caches = names.filter((name) => name.endsWith('.cache'))
  await Promise.all(caches.map((name) => rm(path.join(folder, name), { force: true })))
}
