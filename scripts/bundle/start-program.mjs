// @ts-check
// Starts dd-trace as a process does, has a first request, and prints which of its files ran:
// `bundle/halves.mjs`.
import { readFileSync, writeSync } from 'node:fs'
import Module, { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { ABSENT, changedText } from './dd-trace-changes.mjs'
import { USED } from './used.mjs'

/** The monitor's settings, unless somebody changes them. */
Object.assign(process.env, {
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
  DD_REMOTE_CONFIGURATION_ENABLED: 'false',
  DD_CRASHTRACKING_ENABLED: 'false',
  DD_APPSEC_ENABLED: 'false',
  DD_TRACE_FS_ENABLED: 'true',
  DD_TRACE_AGENT_URL: 'http://127.0.0.1:9',
})

const FLUSH_MS = 100
/** Traced modules of Node that most programs use, and what starts a second later. */
const SOON = [
  ...['child_process', 'crypto', 'dns', 'https', 'net', 'url', 'vm', 'zlib'],
  'dd-trace/packages/dd-trace/src/runtime_metrics/runtime_metrics',
]

const require = createRequire(import.meta.url)

/**
 * Node's own loader, which is private.
 * @type {{
 *   _extensions: Record<string, (module: { _compile(text: string, file: string): void }, file: string) => void>
 *   _resolveFilename: (name: string, ...rest: unknown[]) => string
 * }}
 */
const loader = /** @type {any} */ (Module)
const resolve = loader._resolveFilename
loader._resolveFilename = (name, ...rest) => {
  if (ABSENT.test(name))
    throw Object.assign(new Error(`${name} is not shipped`), { code: 'MODULE_NOT_FOUND' })
  return resolve(name, ...rest)
}
loader._extensions['.js'] = (module, file) =>
  module._compile(changedText(file, readFileSync(file, 'utf8')), file)

const { tracer } = require('dd-trace')
tracer.init({ profiling: false })
for (const name of [...USED, ...SOON]) require(name)
tracer.dogstatsd.gauge('started', 1)
const { makeRequest } = await import('../code-cache/app/request.mjs')
await makeRequest()
/** @type {{ _tracer: { _exporter: { flush: (done: () => void) => void } } }} */
const { _tracer: inner } = /** @type {any} */ (tracer)
// Nothing accepts it, and nothing reports that.
inner._exporter.flush(() => {})
await sleep(FLUSH_MS)

writeSync(1, JSON.stringify(Object.keys(require.cache)))
process.exit(0)
