// @ts-check
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { changes } from './dd-trace-changes.mjs'
import { half, neededAtStart, tableOf } from './halves.mjs'
import { AS_SCRIPT, removeCodeCaches } from './script.mjs'
import { USED } from './used.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Modules that are not shipped, and looked for at run time: native code that dd-trace does without, and
 * packages of the traced program itself, of which there must be no second copy.
 */
const LEFT_OUT = [
  '@datadog/*',
  '@openfeature/*',
  '@opentelemetry/*',
  'graphql',
  'graphql/*',
  'oxc-parser',
  'electron',
]

/** Modules that trace test runs: no app has them, and they are a seventh of the bundle. */
const TESTING =
  /[\\/]dd-trace[\\/]packages[\\/](dd-trace[\\/]src[\\/](ci-visibility|lambda)[\\/]|datadog-plugin-(cucumber|cypress|jest|mocha|nyc|playwright|selenium|vitest)[\\/]|datadog-instrumentations[\\/]src[\\/](cucumber|cypress|jest|mocha|nyc|playwright|selenium|vitest|wdio|webdriver)[^\\/]*([\\/]|\.js$))/

/** @type {import('esbuild').Plugin} */
const withoutTesting = {
  name: 'without-testing',
  setup({ onLoad }) {
    onLoad({ filter: TESTING }, () => ({ contents: '' }))
  },
}

/**
 * The names by which each half asks for a module of the other; `src/common/tracing/dd-trace/bundle` ties them
 * together.
 */
const ASK = { later: 'studioLater', core: 'studioCore' }

/**
 * dd-trace as two files: `bundle.js` is what every start runs, `later.js` the rest, read when something of it is asked for.
 * A file is read whole, and 2.8 MB took a third of dd-trace's start. It is instrumentation for what is loaded later, at run
 * time: nothing in the bundle itself is to be traced, so dd-trace's own esbuild plugin has nothing to do here.
 * @param {import('esbuild').BuildOptions & { absWorkingDir: string }} common
 * @returns what esbuild put into each
 */
export async function bundleDdTrace(common, folder = 'dist/dd-trace') {
  await removeCodeCaches(path.resolve(common.absWorkingDir, folder))
  const [core, asked] = [await neededAtStart(), /** @type {Set<string>} */ (new Set())]
  const { plugin: changed, expectAll } = changes()
  const used = USED.map((name) => `case '${name}': return require('${name}')`)
  const coreResult = await buildHalf(common, `${folder}/bundle.js`, {
    contents: `
      module.exports = (name) => { switch (name) { ${used.join('\n')} } throw new Error(name) }
      module.exports.core = ${tableOf(core)}`,
    banner: `let half; const ${ASK.later} = (id) => (half ??= module.exports.later())(id)`,
    plugins: [
      half({ has: (file) => core.has(file), ask: ASK.later, onAsked: (file) => asked.add(file) }),
      changed,
    ],
  })
  const laterResult = await buildHalf(common, `${folder}/later.js`, {
    contents: `module.exports = ${tableOf(asked)}`,
    banner: `const ${ASK.core} = (id) => module.exports.core(id)`,
    plugins: [half({ has: (file) => !core.has(file), ask: ASK.core }), changed],
  })
  expectAll()
  return [coreResult, laterResult]
}

/**
 * @param {import('esbuild').BuildOptions & { absWorkingDir: string }} common
 * @param {string} outfile
 * @param {{ contents: string, banner: string, plugins: import('esbuild').Plugin[] }} half
 */
function buildHalf(common, outfile, { contents, banner, plugins }) {
  return build({
    ...common,
    metafile: true,
    stdin: { contents, resolveDir: common.absWorkingDir },
    outfile,
    external: LEFT_OUT,
    plugins: [...plugins, withoutTesting],
    ...AS_SCRIPT,
    banner: { js: `${AS_SCRIPT.banner.js} ${banner}` },
    minify: true,
    sourcemap: false,
    legalComments: 'none',
    // Test frameworks are looked for by file name; no app has them.
    logOverride: { 'require-resolve-not-external': 'silent' },
  })
}

/**
 * Leaves dd-trace out of our own bundles, for the one in `dist/dd-trace`: one for the tracer and the monitor
 * of a process.
 * @type {import('esbuild').Plugin}
 */
export const sharedDdTrace = {
  name: 'shared-dd-trace',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^dd-trace(\/|$)/ }, ({ path: name }) => {
      if (USED.includes(name)) return { path: name, namespace: 'dd-trace' }
      return { errors: [{ text: `${name} is not in the list of scripts/bundle/dd-trace.mjs` }] }
    })
    onLoad({ filter: /.*/, namespace: 'dd-trace' }, ({ path: name }) => ({
      contents: `module.exports = require('./src/common/tracing/dd-trace/bundle').ddTraceModule('${name}')`,
      resolveDir: root,
    }))
  },
}
