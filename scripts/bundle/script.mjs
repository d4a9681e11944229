// @ts-check
import { readdir, rm } from 'node:fs/promises'
import path from 'node:path'

/** esbuild's options for a file as Node wraps a module. It is run by `src/common/bundle/script.ts`. */
export const AS_SCRIPT = {
  banner: { js: '(function (exports, require, module, __filename, __dirname) {' },
  footer: { js: '})' },
}

/**
 * Removes code caches: V8 recognises a cache's source by its length alone, and one of an older bundle must
 * not be found.
 * @param {string} folder
 */
export async function removeCodeCaches(folder) {
  const names = await readdir(folder).catch(() => [])
  const caches = names.filter((name) => name.endsWith('.cache'))
  await Promise.all(caches.map((name) => rm(path.join(folder, name), { force: true })))
}
