// @ts-nocheck: most of what it calls is undocumented in Electron and Node, as in Electron's own default app
import { existsSync, readFileSync } from 'node:fs'
import Module from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { app } from 'electron'

/*
 * What `default_app.asar` is in an official Electron, for a stock runtime that comes without one: `electron FOLDER ARGS` runs
 * the app in FOLDER, CommonJS or ES module. What an ES module awaits at its top level is waited for before the app gets ready,
 * as by Electron's own; a CommonJS main is `require.main`, as in an app that is installed (Electron's own imports it).
 * Electron lets a folder of that name stand in for the archive.
 */
const folder = process.argv.slice(1).find((argument) => !argument.startsWith('-'))
if (folder === undefined) {
  process.stderr.write('electron: no app folder given\n')
  process.exit(1)
}
const appFolder = path.resolve(folder)
const manifest = JSON.parse(readFileSync(path.join(appFolder, 'package.json'), 'utf8'))

Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true })
app.setVersion(String(manifest.version ?? '0.0.0'))
app.name = String(manifest.productName ?? manifest.name)
app.setAppPath(appFolder)

try {
  const file = Module._resolveFilename(appFolder, null, true)
  if (isEsm(file)) await import(pathToFileURL(file).href)
  else Module._load(file, null, true)
} catch (error) {
  console.error(`App threw an error during load\n${error?.stack ?? error}`)
  throw error
}

/** Node's own rule: the extension, else `type` in the nearest package.json. */
function isEsm(file) {
  if (!file.endsWith('.js')) return file.endsWith('.mjs')
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const nearest = path.join(folder, 'package.json')
    if (existsSync(nearest)) return JSON.parse(readFileSync(nearest, 'utf8')).type === 'module'
    if (folder === path.dirname(folder)) return false
  }
}
