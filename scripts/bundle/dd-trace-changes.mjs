// @ts-check
import { readFile } from 'node:fs/promises'
import path from 'node:path'

/** Largest response read: an Agent's has some KB. */
const MAX_RESPONSE_BYTES = 2 ** 20
/**
 * Most waiting flushes, more than a minute's: a process flushes its own and the runtime's metrics every ten
 * seconds, twice each.
 */
const MAX_FLUSHES_WAITING = 16
/** Time after which a flush without a result counts as lost: a system tries for two minutes to connect. */
const LOST_AFTER_MS = 150_000

/** `src/common/tracing/dd-trace/environment` puts it there. */
const ENVIRONMENT = "(globalThis[Symbol.for('studio-datadog-monitor.environment')] ?? process.env)"

/** `src/common/privacy/send-gate` puts it there, before dd-trace is loaded. */
const GATE = "globalThis[Symbol.for('studio-datadog-monitor.compiled')]?.['send-gate']"
/** `src/common/tracing/tracer` puts it there, before dd-trace is loaded. */
const SCRUB_FIELDS = "globalThis[Symbol.for('studio-datadog-monitor.compiled')]?.['scrub-fields']"
const CLOSED = 'Not sent: nothing leaves this machine without consent'

/**
 * The changes to dd-trace. Most of them defer what it does at its start: its start-up time is a few modules
 * of Node that nothing has asked for yet. The texts are of dd-trace 5.132; one that is missing fails the
 * build.
 * @typedef {{ file: string, find: string, put: string }} Change
 * @type {readonly Change[]}
 */
export const CHANGES = [
  // Its settings are not the environment's of all that the app starts: it reads them, also later, from a copy of its own.
  {
    file: 'dd-trace/src/config/helper.js',
    find: "const { deprecate } = require('util')",
    put: `const { deprecate } = require('util')
const environment = () => ${ENVIRONMENT}`,
  },
  {
    file: 'dd-trace/src/config/helper.js',
    find: 'const fromEnv = getValueFromSource(name, process.env)',
    put: 'const fromEnv = getValueFromSource(name, environment())',
  },
  {
    file: 'dd-trace/src/config/helper.js',
    find: 'return getValueFromSource(name, process.env)',
    put: 'return getValueFromSource(name, environment())',
  },
  {
    file: 'dd-trace/src/config/helper.js',
    find: 'getEnvironmentVariables (source = process.env, internalOnly = false) {',
    put: 'getEnvironmentVariables (source = environment(), internalOnly = false) {',
  },
  {
    file: 'dd-trace/src/config/helper.js',
    find: 'of [fleetStableConfig, process.env, localStableConfig]',
    put: 'of [fleetStableConfig, environment(), localStableConfig]',
  },
  {
    file: 'dd-trace/src/config/index.js',
    find: 'const envs = process.env',
    put: `const envs = ${ENVIRONMENT}`,
  },
  // The names of folders: of what is started in a home folder, or lies in it, that is the login name. Statistics, profiles and
  // telemetry have them whatever the setting says.
  {
    file: 'dd-trace/src/process-tags/index.js',
    find: "['entrypoint.basedir', ENTRYPOINT_PATH === '' ? undefined : path.basename(path.dirname(ENTRYPOINT_PATH))],",
    put: '',
  },
  {
    file: 'dd-trace/src/process-tags/index.js',
    find: "['entrypoint.workdir', path.basename(CURRENT_WORKING_DIRECTORY) || undefined],",
    put: '',
  },
  // The host's name, often its owner's, where spans do not have it either.
  {
    file: 'dd-trace/src/span_stats.js',
    find: 'this.hostname = os.hostname()',
    put: "this.hostname = config.reportHostname ? os.hostname() : ''",
  },
  {
    file: 'dd-trace/src/telemetry/telemetry.js',
    find: 'hostname: os.hostname(),',
    put: "hostname: '',",
  },
  // Settings and errors are in it as they are.
  {
    file: 'dd-trace/src/telemetry/send-data.js',
    find: `    payload: getPayload(payload),
    application,`,
    put: `    payload: (${SCRUB_FIELDS} ?? ((value) => value))(getPayload(payload)),
    application,`,
  },
  // A path given as a URL became a metric with a text for a value: the Agent rejects all that is sent along
  // with it.
  {
    file: 'dd-trace/src/span_format.js',
    find: 'metrics[key] = value.toString()',
    put: 'meta[key] = value.toString()',
  },
  // It keeps and parses any response: one without an end, from something other than an Agent, brought the app
  // down.
  {
    file: 'dd-trace/src/exporters/common/request.js',
    find: `    res.on('data', chunk => {
      chunks.push(chunk)`,
    put: `    let room = ${MAX_RESPONSE_BYTES}
    res.on('data', chunk => {
      room -= chunk.length
      if (room < 0) {
        chunks.length = 0
        const error = new Error('The answer is too long for an Agent')
        res.destroy(error)
        handleError(error)
        return
      }
      chunks.push(chunk)`,
  },
  {
    file: 'dd-trace/src/exporters/common/request.js',
    find: 'zlib.gunzip(buffer, (err, result) => {',
    put: `zlib.gunzip(buffer, { maxOutputLength: ${MAX_RESPONSE_BYTES} }, (err, result) => {`,
  },
  // Without consent nothing leaves: no attempt is made, and none again.
  {
    file: 'dd-trace/src/exporters/common/request.js',
    find: `  const attempt = attemptIndex => {
`,
    put: `  const attempt = attemptIndex => {
    if (${GATE}?.lets(String(options.path)) === false) {
      setImmediate(callback, new log.NoTransmitError('${CLOSED}'))
      return
    }
`,
  },
  {
    file: 'dd-trace/src/dogstatsd.js',
    find: `    if (queue.length === 0) return

    log.debug('Flushing`,
    put: `    if (queue.length === 0) return
    if (${GATE}?.letsMetrics === false) {
      state.queue = []
      return
    }

    log.debug('Flushing`,
  },
  {
    file: 'dd-trace/src/dogstatsd.js',
    find: `  _sendUdp (queue, recordTelemetry, done) {
`,
    put: `  _sendUdp (queue, recordTelemetry, done) {
    if (${GATE}?.letsMetrics === false) return done?.()
`,
  },
  {
    file: 'dd-trace/src/opentelemetry/otlp/otlp_http_exporter_base.js',
    find: `    try {
      legacyStorage.run({ noop: true }, () => {
        const req = this.#transport.request(`,
    put: `    try {
      if (${GATE}?.isOpen === false) throw new Error('${CLOSED}')
      legacyStorage.run({ noop: true }, () => {
        const req = this.#transport.request(`,
  },
  {
    file: 'dd-trace/src/external-logger/src/index.js',
    find: '    const req = https.request(options, (res) => {',
    put: `    if (${GATE}?.isOpen === false) {
      setImmediate(() => cb(new Error('${CLOSED}')))
      return
    }

    const req = https.request(options, (res) => {`,
  },
  // Its timeout restarts with each byte: a byte a second blocked all that waits for the one connection.
  {
    file: 'dd-trace/src/exporters/common/request.js',
    find: `      for (const buffer of dataArray) req.write(buffer)
      req.end()`,
    put: `      req.once('finish', () => {
        const late = setTimeout(abortRequest, 2 * timeout)
        late.unref()
        req.once('close', () => clearTimeout(late))
      })
      for (const buffer of dataArray) req.write(buffer)
      req.end()`,
  },
  // Each flush is a request; while the Agent hangs they wait for the one connection, without a timeout, up to
  // 64 MiB.
  {
    file: 'dd-trace/src/dogstatsd.js',
    find: `  _sendHttp (queue, recordTelemetry, done) {
    const buffer = Buffer.concat(queue)`,
    put: `  _sendHttp (queue, recordTelemetry, done) {
    const { waiting } = DogStatsDClient
    waiting.push({ client: this, queue, recordTelemetry, done })
    if (waiting.length > ${MAX_FLUSHES_WAITING}) {
      const oldest = waiting.shift()
      if (oldest.recordTelemetry && oldest.client.telemetry) oldest.client.#recordDropped(Buffer.concat(oldest.queue).length)
      oldest.done?.()
    }
    if (performance.now() > DogStatsDClient.busyUntil) DogStatsDClient.sendNext()
  }

  static waiting = []
  static busyUntil = 0
  static underWay

  static sendNext () {
    const { waiting } = DogStatsDClient
    const flush = waiting.shift()
    DogStatsDClient.underWay = flush
    DogStatsDClient.busyUntil = flush ? performance.now() + ${LOST_AFTER_MS} : 0
    if (!flush) return
    const { client, queue, recordTelemetry, done } = flush
    const sent = () => {
      if (DogStatsDClient.underWay === flush) DogStatsDClient.sendNext()
      done?.()
    }
    try {
      // An Agent without the proxy was found out meanwhile.
      if (client.#httpOptions) client._sendHttpNow(queue, recordTelemetry, sent)
      else client._sendUdp(queue, recordTelemetry, sent)
    } catch (error) {
      log.error('DogStatsDClient: error sending metrics', error)
      if (DogStatsDClient.underWay === flush) sent()
    }
  }

  _sendHttpNow (queue, recordTelemetry, done) {
    const buffer = Buffer.concat(queue)`,
  },
  // Its own way in serverless environments: undici is loaded with the first fetch.
  {
    file: 'datadog-instrumentations/src/fetch.js',
    find: 'if (!IS_SERVERLESS) {',
    put: 'if (false) {',
  },
  // The same: the SDKs of AppSec and LLM observability, and the metrics client, are loaded when first used.
  {
    file: 'dd-trace/src/proxy.js',
    find: 'if (IS_SERVERLESS === false) {',
    put: 'if (false) {',
  },
  // Metrics of the runtime start after the app, and not at all in a backend that has replaced what they build
  // on.
  {
    file: 'dd-trace/src/proxy.js',
    find: 'runtimeMetrics.start(config)',
    put: 'setTimeout(() => { try { runtimeMetrics.start(config) } catch {} }, 1_000).unref()',
  },
  // Its native package is not shipped: the same figures come from Node.
  {
    file: 'dd-trace/src/runtime_metrics/runtime_metrics.js',
    find: 'const useNative = NATIVE_METRICS_REQUIRED',
    put: 'const useNative = false',
  },
  // It loads http and https so that they are traced in a bundle. Here they are traced when something requires
  // them.
  {
    file: 'datadog-instrumentations/src/helpers/bundler-register.js',
    find: 'if (!(module instanceof Module)) {',
    put: 'if (false) {',
  },
  {
    file: 'dd-trace/src/config/defaults.js',
    find: "defaults.lookup = require('dns').lookup",
    put: "defaults.lookup = (...args) => require('module')._load('dns').lookup(...args)",
  },
  // It checks its own table of settings, but `assert` loads half of Node's errors.
  {
    file: 'dd-trace/src/config/defaults.js',
    find: "const assert = require('node:assert')",
    put: 'const assert = { ok() {} }',
  },
  // It collects the origin of each setting, for a telemetry that is off by default.
  {
    file: 'dd-trace/src/config/defaults.js',
    find: 'function generateTelemetry (value = null, origin, optionName) {',
    put: `const isTold = (${ENVIRONMENT}).DD_INSTRUMENTATION_TELEMETRY_ENABLED !== 'false'
function generateTelemetry (value = null, origin, optionName) {
  if (!isTold) return`,
  },
  // It identifies processes and keeps no secret: not worth loading all of crypto at the start.
  {
    file: 'dd-trace/src/config/index.js',
    find: 'runtimeId ??= uuid()',
    put: 'runtimeId ??= randomUuid()',
  },
  {
    file: 'dd-trace/src/config/index.js',
    find: 'function getRuntimeId () {',
    put: `function randomUuid () {
      const digit = (bits) => ((Math.random() * 16) & bits | (bits === 3 ? 8 : 0)).toString(16)
      return 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replaceAll(/[xy]/g, (place) => digit(place === 'x' ? 15 : 3))
    }
    function getRuntimeId () {`,
  },
  // A span without meaning would draw the first of the random ids.
  {
    file: 'dd-trace/src/noop/tracer.js',
    find: 'this._span = new Span(this)',
    put: "let span; Object.defineProperty(this, '_span', { get: () => (span ??= new Span(this)) })",
  },
  // Its content is global, too, and the module is a tenth of dd-trace's start.
  {
    file: 'dd-trace/src/opentracing/span.js',
    find: "const { performance } = require('perf_hooks')",
    put: '',
  },
  {
    file: 'dd-trace/src/dogstatsd.js',
    find: "const { performance } = require('node:perf_hooks')",
    put: '',
  },
  {
    file: 'dd-trace/src/profiling/exporters/event_serializer.js',
    find: "const perf = require('perf_hooks').performance",
    put: 'const perf = performance',
  },
  // With the first span. Its module is not required, which would be traced, within the start of a span, for ever; and
  // `process.getBuiltinModule` is newer than Electron 31.
  {
    file: 'dd-trace/src/id.js',
    find: "const { randomFillSync } = require('crypto')",
    put: "const randomFillSync = (data) => require('module')._load('crypto').randomFillSync(data)",
  },
]

/**
 * Functions whose modules are loaded when they are called.
 * @type {readonly { file: string, properties: readonly string[] }[]}
 */
const LATER = [
  { file: 'packages/dd-trace/src/exporters/common/request', properties: ['writable'] },
  { file: 'vendor/dist/crypto-randomuuid', properties: [] },
]

/** A package that dd-trace looks for at every start, and does without. */
export const ABSENT = /^@datadog\/libdatadog-extras$/

/** @param {string} file */
function changesOf(file) {
  const name = file.replaceAll(path.sep, '/')
  return CHANGES.filter((change) => name.endsWith(`/dd-trace/packages/${change.file}`))
}

/**
 * @param {string} file
 * @param {string} text its content
 * @param {(change: Change) => void} [onFound] for each text that is there, once
 */
export function changedText(file, text, onFound) {
  return changesOf(file).reduce((changed, change) => {
    if (changed.split(change.find).length === 2) onFound?.(change)
    return changed.replace(change.find, () => change.put)
  }, text)
}

/**
 * The changes for all builds that share dd-trace's files.
 * @returns {{ plugin: import('esbuild').Plugin, expectAll: () => void }}
 *   to be called after the builds: it throws if a text was missing
 */
export function changes() {
  const missing = new Set(CHANGES)
  return {
    plugin: { name: 'dd-trace-changes', setup: (build) => applyChanges(build, missing) },
    expectAll() {
      const texts = [...missing].map(({ file, find }) => `${file} has no more, or more than once: ${find}`)
      if (texts.length > 0) throw new Error(texts.join('\n'))
    },
  }
}

/** @param {import('esbuild').PluginBuild} build @param {Set<Change>} missing */
function applyChanges({ onLoad, onResolve }, missing) {
  onLoad({ filter: /[\\/]dd-trace[\\/]packages[\\/].*\.js$/ }, async ({ path: file }) => {
    if (changesOf(file).length === 0) return null
    const contents = changedText(file, await readFile(file, 'utf8'), (change) => missing.delete(change))
    return { contents, loader: 'js' }
  })
  onResolve({ filter: ABSENT }, ({ path: name }) => ({ path: name, namespace: 'absent' }))
  onLoad({ filter: /.*/, namespace: 'absent' }, ({ path: name }) => ({
    contents: `throw Object.assign(new Error('${name} is not shipped'), { code: 'MODULE_NOT_FOUND' })`,
  }))
  // An object in the code is a quarter of what V8 has to read back from its cache.
  onLoad({ filter: /[\\/]supported-configurations\.json$/ }, async ({ path: file }) => {
    const json = JSON.stringify(JSON.parse(await readFile(file, 'utf8')))
    return { contents: `module.exports = JSON.parse(${JSON.stringify(json)})`, loader: 'js' }
  })
  deferred({ onLoad, onResolve })
}

/** @param {Pick<import('esbuild').PluginBuild, 'onLoad' | 'onResolve'>} build */
function deferred({ onLoad, onResolve }) {
  for (const { file, properties } of LATER) {
    const namespace = `later:${file}`
    const name = new RegExp(`(^|/)${path.basename(file)}$`)
    onResolve({ filter: name }, ({ path: request, resolveDir, namespace: importer }) => {
      const asked = path.resolve(resolveDir, request)
      const isIt = asked.replaceAll(path.sep, '/').endsWith(`/dd-trace/${file}`)
      return isIt && importer !== namespace ? { path: asked, namespace } : null
    })
    const own = properties.map((property) => `${property}: { get: () => load().${property} }`)
    onLoad({ filter: /.*/, namespace }, ({ path: asked }) => ({
      contents: `
        const load = () => require(${JSON.stringify(asked)})
        module.exports = function () { return load().apply(this, arguments) }
        Object.defineProperties(module.exports, { ${own.join(', ')} })`,
      resolveDir: path.dirname(asked),
    }))
  }
}
