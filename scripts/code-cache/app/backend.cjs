// @ts-check
// A backend under the app's bootstrap: tells main what V8 has compiled of that. `backend.cjs DIST_FOLDER`.
const path = require('node:path')

const dist = process.argv.at(-1) ?? ''
/** @type {typeof import('../../../src/dd-trace')} */
const { codeCaches } = require(path.join(dist, 'dd-trace/index.cjs'))

// Main writes the one of dd-trace.
process.parentPort.postMessage(
  codeCaches().filter(({ file }) => path.basename(path.dirname(file)) === 'preload'),
)
