// @ts-nocheck: most of what it calls is undocumented in Electron and Node, as in Electron's own default app
const { readFileSync } = require('node:fs')
const Module = require('node:module')
const path = require('node:path')
const { app } = require('electron')

/*
 * What `scripts/electron/default-app` is, for an Electron whose main process knows no ES modules.
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

// The app must find itself as `require.main`, and nothing of this file in its module cache.
delete require.cache[__filename]
Module._load(Module._resolveFilename(appFolder, null, true), null, true)
