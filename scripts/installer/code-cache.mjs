// @ts-check
import path from 'node:path'
import { listPackage } from '@electron/asar'

/**
 * The packaged scripts for which the app's archive has no compiled code for its platform: they start slower.
 * @param {readonly string[]} names of the archive's files, with `/`
 * @param {string} platform
 * @param {string} arch
 * @returns {string[]}
 */
export function withoutCodeCache(names, platform, arch) {
  const isCacheOf = (/** @type {string} */ stem) => (/** @type {string} */ name) =>
    name.startsWith(`${stem}.`) && name.endsWith(`-${platform}-${arch}.cache`)
  return names.filter((name) => name.endsWith('.js') && !names.some(isCacheOf(name.slice(0, -'.js'.length))))
}

/** @param {string} resources the packed app's folder of that name */
export function packedNames(resources) {
  const names = listPackage(path.join(resources, 'app.asar'), { isPack: false })
  return names.map((name) => name.replaceAll('\\', '/').replace(/^\//, ''))
}
