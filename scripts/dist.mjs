#!/usr/bin/env node
// @ts-check
// `npm run dist [-- --dir] [--deb] [--arch x64|arm64] [--unsigned]`: the installers of this platform, the app's folder alone, or a
// Debian package of that folder that dpkg-deb alone makes: electron-builder's own target downloads a tool.
// See electron-builder.yml.
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { argumentsOr, say } from './arguments.mjs'
import { bundle, NOT_PACKED } from './build.mjs'
import { makeCodeCache } from './code-cache/make.mjs'
import { shippedPackages } from './dependencies/shipped.mjs'
import { resolveElectron } from './electron/resolve.mjs'
import { ElectronUnavailable } from './electron/unavailable.mjs'
import { packedNames, withoutCodeCache } from './installer/code-cache.mjs'
import { makeDeb, withoutDpkg } from './installer/deb.mjs'
import { billOfMaterials } from './installer/sbom.mjs'
import { missingBackend } from './installer/settings.mjs'
import { endOfLife, lockedElectron, shippedElectron } from './installer/shipped-electron.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const { values } = argumentsOr('Usage: npm run dist -- [--dir] [--deb] [--arch x64|arm64] [--unsigned]', () =>
  parseArgs({
    options: {
      dir: { type: 'boolean', default: false },
      deb: { type: 'boolean', default: false },
      arch: { type: 'string' },
      unsigned: { type: 'boolean', default: false },
    },
  }),
)
const cannot = values.deb ? withoutDpkg(process.platform) : null
if (cannot !== null) {
  process.stderr.write(`${cannot}\n`)
  process.exit(2)
}
say('bundling the app into dist/')
// Some seconds of modules: after what is wrong with the arguments, and what is done, has been said.
const { Arch, archFromString, build, Platform } = await import('electron-builder')
const arch = values.arch ?? process.arch
const target = archFromString(arch)
const isOwnArch = arch === process.arch
const isMac = process.platform === 'darwin'
const DEFAULT_APP = `${isMac ? 'Electron.app/Contents/Resources' : 'resources'}/default_app.asar`

/** The folder that Electron was unpacked to. @param {string} executable */
const distribution = (executable) => path.resolve(executable, isMac ? '../../../..' : '..')

/** electron-builder's `${os}`, as in the installers' names. @type {Partial<Record<NodeJS.Platform, string>>} */
const OS_NAMES = { darwin: 'mac', win32: 'win' }

const warn = (/** @type {string} */ line) => process.stderr.write(`warning: ${line}\n`)

/**
 * Fails the build if code caches are missing: an app that starts slower must not be shipped unnoticed.
 * @param {import('electron-builder').AfterPackContext} packed
 */
function checkCodeCache({ appOutDir, arch, electronPlatformName, packager }) {
  const names = packedNames(packager.getResourcesDir(appOutDir))
  const missing = withoutCodeCache(names, electronPlatformName, Arch[arch] ?? '')
  if (missing.length === 0) return
  const line = `no code cache for ${electronPlatformName} ${Arch[arch]} (${missing.join(', ')}): the app starts slower`
  if (isOwnArch) throw new Error(line)
  warn(`${line}. Only a machine of that architecture can make it`)
}

/** The Electron that is packed: for users the one of the lock file and no other. */
async function electronToPack() {
  if (values.dir) return { ...(await resolveElectron({ projectFolder: root })), checksums: null }
  const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`)
  const { env, platform, arch: ownArch } = process
  return shippedElectron({ root, env, platform, arch: ownArch, say })
}

const electron = await electronToPack().catch((error) => {
  if (!(error instanceof ElectronUnavailable)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
})
process.stderr.write(`${electron.origin}\n`)
const old = endOfLife(electron.version, lockedElectron(root))
if (old) warn(old)
await rm(path.join(root, 'dist'), { recursive: true, force: true })
const metafiles = await bundle()
for (const file of NOT_PACKED) await rm(path.join(root, 'dist', file))
if (isOwnArch) say('having V8 compile it ahead')
if (isOwnArch) await makeCodeCache(electron, path.join(root, 'dist'))

const trouble = missingBackend(path.join(root, 'installer/resources'))
if (trouble) warn(trouble)

const isFolder = values.dir || values.deb
say(`packing ${isFolder ? 'the app folder' : 'the installers'} into release/`)
await build({
  projectDir: root,
  publish: 'never',
  targets: Platform.current().createTarget(isFolder ? 'dir' : null, target),
  config: {
    extends: 'electron-builder.yml',
    electronVersion: electron.version,
    // electron-builder would take the checksums that lie beside the download, and so the mirror's.
    ...(electron.checksums && { electronDownload: { checksums: electron.checksums } }),
    // Installers, and apps for another architecture, are made from an Electron that electron-builder fetches.
    ...(values.dir && isOwnArch ? { electronDist: distribution(electron.executable) } : {}),
    ...(values.dir || values.unsigned ? { forceCodeSigning: false } : {}),
    // An Electron that was unpacked for development has an app of its own.
    afterExtract: ({ appOutDir }) => rm(path.join(appOutDir, DEFAULT_APP), { force: true }),
    afterPack: checkCodeCache,
  },
})

// Beside the installer: what is in it.
const { name, version, license, description, author } = JSON.parse(
  await readFile(path.join(root, 'package.json'), 'utf8'),
)
const archive = `electron-v${electron.version}-${process.platform}-${arch}.zip`
const electronHash = electron.checksums?.[archive]
const bill = billOfMaterials({
  app: { name, version, license },
  electron: electron.version,
  ...(electronHash !== undefined && { electronHash }),
  shipped: await shippedPackages(root, metafiles),
})
const artifact = `release/hanzo-studio-${version}-${OS_NAMES[process.platform] ?? process.platform}-${arch}`
const bom = `${artifact}.cdx.json`
await writeFile(path.join(root, bom), bill)
say(`what is in it: ${bom}`)

if (values.deb) {
  const app = path.join(root, `release/linux${arch === 'x64' ? '' : `-${arch}`}-unpacked`)
  const out = path.join(root, `${artifact}.deb`)
  await makeDeb({ app, out, version, arch, description, maintainer: `${author.name} <${author.email}>` })
  say(`a Debian package, made with dpkg-deb: ${artifact}.deb`)
}
