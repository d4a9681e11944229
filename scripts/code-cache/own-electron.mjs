// @ts-check
import path from 'node:path'
import { downloadOfficial, electronPackage, installedOfficial } from '../electron/official.mjs'
import { overriddenElectron } from '../electron/override.mjs'
import { ensureSystemLibraries } from '../electron/system-libraries.mjs'
import { ElectronUnavailable } from '../electron/unavailable.mjs'

/**
 * The Electron that an app is made for, and no other: compiled code serves one version.
 * @param {string} appFolder
 * @param {{ env: NodeJS.ProcessEnv, platform: NodeJS.Platform, arch: string, say: (line: string) => void }} machine
 * @returns {Promise<import('../electron/resolve.mjs').ResolvedElectron>}
 * @throws {ElectronUnavailable} with one line that says what to do
 */
export async function ownElectron(appFolder, { env, platform, arch, say }) {
  const pkg = electronPackage(appFolder)
  if (!pkg) {
    throw new ElectronUnavailable(
      `${appFolder} has no electron package, which says for which Electron to compile: run it in the app's folder, after its npm install`,
    )
  }
  const found = overriddenElectron(env, platform) ?? installedOfficial(pkg, platform)
  if (!found) {
    const failure = await downloadOfficial(pkg, { env, platform, arch, say })
    if (failure !== null)
      throw new ElectronUnavailable(`no Electron ${pkg.version}, the app's, to compile with: ${failure}`)
  }
  const electron = found ?? installedOfficial(pkg, platform)
  if (!electron)
    throw new ElectronUnavailable(`no Electron ${pkg.version}, the app's: its install script left no binary`)
  if (electron.version !== pkg.version) {
    throw new ElectronUnavailable(
      `ELECTRON_OVERRIDE_DIST_PATH holds Electron ${electron.version ?? 'of an unknown version'}, and the app is made for ${pkg.version}: compiled code serves one version. Unset it, or install electron@${electron.version ?? pkg.version}`,
    )
  }
  if (platform === 'linux') await ensureSystemLibraries(electron.executable, { env, say })
  const { executable, version } = electron
  return { executable, version, appArgs: [], origin: `Electron ${version}: ${path.resolve(executable)}` }
}
