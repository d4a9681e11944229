// @ts-check
// Starts dd-trace as the app does, uses it, and writes down what V8 has compiled by then: `main.cjs DIST_FOLDER`.
const path = require('node:path')
const electron = require('electron')

process.once('uncaughtException', (error) => {
  // Electron would show a dialog, with nobody to answer it.
  process.stderr.write(`${error.stack}\n`)
  process.exit(1)
})

const dist = process.argv.at(-1) ?? ''
const { boot } = require(path.join(dist, 'main/register.cjs'))
const { codeCache } = require(path.join(dist, 'dd-trace/index.cjs'))

async function use() {
  const fs = require('node:fs')
  const http = require('node:http')
  const server = http.createServer((_request, response) => fs.readFile(__filename, () => response.end()))
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  await new Promise((resolve) => http.get({ port }, (answer) => answer.resume().on('end', resolve)))
  server.close()
}

async function write() {
  if (boot.failure) throw new Error(`dd-trace did not start: ${boot.failure}`)
  await use()
  const cache = codeCache()
  if (!cache) throw new Error('dd-trace was not loaded from its bundle')
  // Appears whole or not at all: an app may run from there.
  const fs = require('node:fs')
  fs.writeFileSync(`${cache.file}.new`, cache.data)
  fs.renameSync(`${cache.file}.new`, cache.file)
}

write().then(
  () => electron.app.exit(0),
  (error) => {
    process.stderr.write(`${error.stack}\n`)
    electron.app.exit(1)
  },
)
