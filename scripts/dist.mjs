#!/usr/bin/env node
// @ts-check
// `npm run dist [-- --dir]`: the installers of this platform, or the app's folder alone. See electron-builder.yml.
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build, Platform } from 'electron-builder'
import { bundle } from './build.mjs'
import { makeCodeCache } from './code-cache/make.mjs'
import { resolveElectron } from './electron/resolve.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const { values } = parseArgs({ options: { dir: { type: 'boolean', default: false } } })

await rm(path.join(root, 'dist'), { recursive: true, force: true })
const isMac = process.platform === 'darwin'
const DEFAULT_APP = `${isMac ? 'Electron.app/Contents/Resources' : 'resources'}/default_app.asar`

/** The folder that Electron was unpacked to. @param {string} executable */
const distribution = (executable) => path.resolve(executable, isMac ? '../../../..' : '..')

await bundle()
const electron = await resolveElectron({ projectFolder: root })
process.stderr.write(`${electron.origin}\n`)
await makeCodeCache(electron, path.join(root, 'dist'))

await build({
  projectDir: root,
  publish: 'never',
  ...(values.dir ? { targets: Platform.current().createTarget('dir') } : {}),
  config: {
    extends: 'electron-builder.yml',
    electronVersion: electron.version,
    // Installers are made for other architectures too: electron-builder fetches an Electron for each.
    ...(values.dir ? { electronDist: distribution(electron.executable) } : {}),
    // An Electron that was unpacked for development has an app of its own.
    afterExtract: ({ appOutDir }) => rm(path.join(appOutDir, DEFAULT_APP), { force: true }),
  },
})
