// The export `studio-datadog-monitor/register`: the tracer, from V8's code cache.
import { whereRequired } from './startup/bundled-copy'

const ownFiles = whereRequired(() => require('./startup/own-files') as typeof import('./startup/own-files'))
const script =
  'missing' in ownFiles
    ? ownFiles
    : // An ES module, which a bundler may make of this, has no folder.
      ownFiles.runTracer(typeof __dirname === 'string' ? __dirname : null)

export = 'missing' in script ? nothingRegistered() : script.exports

/** The names that an app may read of it without an error, though not all that the types promise. */
function nothingRegistered() {
  const nothing: unknown = { settingsFolder: '', settings: {}, origins: {}, problems: [], listing: () => [] }
  return nothing as typeof import('./startup/tracer')
}
