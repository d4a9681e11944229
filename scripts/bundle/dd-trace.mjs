// @ts-check
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { changed } from './dd-trace-changes.mjs'
import { AS_SCRIPT, removeCodeCaches } from './script.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What the monitor uses of dd-trace: itself, and what of it has no public name. */
const USED = [
  'dd-trace',
  'dd-trace/package.json',
  'dd-trace/packages/datadog-core',
  'dd-trace/packages/dd-trace/src/exporters/common/docker',
  'dd-trace/packages/dd-trace/src/git_metadata',
  'dd-trace/packages/dd-trace/src/profiling/exporters/event_serializer',
]

/**
 * Not shipped, and looked for at run time: native code that dd-trace does without, and packages of the traced program
 * itself, of which there must be no second copy.
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

/** What traces test runs: no app has them, and they are a seventh of the bundle. */
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
 * dd-trace as one file, `bundle.js`. It is instrumentation for what is loaded later, at run time: nothing in the bundle
 * itself is to be traced, so dd-trace's own esbuild plugin has nothing to do here.
 * @param {import('esbuild').BuildOptions & { absWorkingDir: string }} common
 */
export async function bundleDdTrace(common, outfile = 'dist/dd-trace/bundle.js') {
  await removeCodeCaches(path.resolve(common.absWorkingDir, path.dirname(outfile)))
  const cases = USED.map((name) => `case '${name}': return require('${name}')`)
  const contents = `module.exports = (name) => { switch (name) { ${cases.join('\n')} } throw new Error(name) }`
  return build({
    ...common,
    metafile: true,
    stdin: { contents, resolveDir: common.absWorkingDir },
    outfile,
    external: LEFT_OUT,
    plugins: [changed, withoutTesting],
    ...AS_SCRIPT,
    minify: true,
    sourcemap: false,
    legalComments: 'none',
    // Test frameworks are looked for by file name; no app has them.
    logOverride: { 'require-resolve-not-external': 'silent' },
  })
}

/**
 * In our own bundles dd-trace is what `dist/dd-trace` has: one for the tracer and the monitor of a process.
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
      contents: `module.exports = require('./src/dd-trace').ddTraceModule('${name}')`,
      resolveDir: root,
    }))
  },
}
