// @ts-check
import { build } from 'esbuild'

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

/**
 * dd-trace as one file, `bundle.js`. It is instrumentation for what is loaded later, at run time: nothing in the bundle
 * itself is to be traced, so dd-trace's own esbuild plugin has nothing to do here.
 * @param {import('esbuild').BuildOptions & { absWorkingDir: string }} common
 */
export async function bundleDdTrace(common) {
  const cases = USED.map((name) => `case '${name}': return require('${name}')`)
  const contents = `module.exports = (name) => { switch (name) { ${cases.join('\n')} } throw new Error(name) }`
  await build({
    ...common,
    stdin: { contents, resolveDir: common.absWorkingDir },
    outfile: 'dist/dd-trace/bundle.js',
    external: LEFT_OUT,
    // As Node wraps a module: it is loaded by `src/dd-trace/bundle.ts`.
    banner: { js: '(function (exports, require, module, __filename, __dirname) {' },
    footer: { js: '})' },
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
    onResolve({ filter: /^dd-trace(\/|$)/ }, ({ path }) => {
      if (USED.includes(path)) return { path, namespace: 'dd-trace' }
      return { errors: [{ text: `${path} is not in the list of scripts/bundle/dd-trace.mjs` }] }
    })
    onLoad({ filter: /.*/, namespace: 'dd-trace' }, ({ path }) => ({
      contents: `module.exports = require('../dd-trace/index.cjs').ddTraceModule('${path}')`,
    }))
    onResolve({ filter: /^\.\.\/dd-trace\/index\.cjs$/ }, ({ path }) => ({ path, external: true }))
  },
}
