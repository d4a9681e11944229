// @ts-check
import { execFileSync } from 'node:child_process'
import { cp, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { argumentsOr, say } from './arguments.mjs'
import { bundleDdTrace, sharedDdTrace } from './bundle/dd-trace.mjs'
import { AS_SCRIPT, removeCodeCaches } from './bundle/script.mjs'
import { NOTICES_FILE, thirdPartyNotices } from './dependencies/notices.mjs'
import { shippedPackages } from './dependencies/shipped.mjs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

/** Files below `dist/` that are not packaged on this platform: on Linux the process tree comes from /proc. */
export const NOT_PACKED = process.platform === 'linux' ? ['main/systeminformation.cjs'] : []

/** @type {Record<string, string>} */
const SHARED_MODULES = {
  'src/main/startup/tracer': './register.cjs',
  'src/main/cli': './cli.cjs',
  'src/main/monitor': './monitor.cjs',
}

/**
 * Keeps modules with state of their own in files of their own: an embedding app that loads the tracer and the
 * monitor separately must get the same tracer.
 * @type {import('esbuild').Plugin}
 */
const sharedModules = {
  name: 'shared-modules',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\// }, ({ path: name, resolveDir }) => {
      const file = SHARED_MODULES[path.relative(root, path.join(resolveDir, name)).replaceAll(path.sep, '/')]
      return file ? { path: file, external: true } : null
    })
    // A third of a megabyte that is seldom needed, and never where it is `NOT_PACKED`.
    onResolve({ filter: /^systeminformation$/ }, ({ path: name }) => ({
      path: `./${name}.cjs`,
      external: true,
    }))
  },
}

/**
 * Removes the signal handlers of electron-store's writer, which it installs when loaded, to delete temporary
 * files: after Chromium's own handlers an app that embeds the monitor would no longer quit on SIGTERM.
 * `jobs/failed-job-store` tidies up itself.
 * @type {import('esbuild').Plugin}
 */
const withoutSignalHandlers = {
  name: 'without-signal-handlers',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^when-exit$/ }, ({ path: name }) => ({ path: name, namespace: 'nothing' }))
    onLoad({ filter: /.*/, namespace: 'nothing' }, () => ({ contents: 'export default () => {}' }))
  },
}

/** @satisfies {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.14',
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  // Electron brings both.
  external: ['electron', 'original-fs'],
  // A stack trace and a profile must name the source, not the bundle.
  sourcemap: 'linked',
  keepNames: true,
  // Names stay: stack traces and profiles of an installed app are read without the maps.
  minifyWhitespace: true,
  logLevel: 'warning',
  metafile: true,
}

/** For an app whose main is an ES module: Node looks for what can be imported by name in the text. @param {string[]} names */
const exportedNames = (...names) => ({ js: `0 && (module.exports = { ${names.join(', ')} })` })

/**
 * Bundles files that are run from V8's code caches.
 * @param {string} outdir
 * @param {Record<string, string>} entryPoints
 * @param {import('esbuild').Plugin[]} plugins
 */
async function scripts(outdir, entryPoints, plugins) {
  await removeCodeCaches(path.resolve(root, outdir))
  return build({
    ...common,
    ...AS_SCRIPT,
    // Names are as in the source here, and setting them again takes time.
    keepNames: false,
    // Code that V8 runs from a cache cannot import.
    supported: { 'dynamic-import': false },
    entryPoints,
    outdir,
    outExtension: { '.js': '.js' },
    plugins,
  })
}

/**
 * Bundles app, bootstrap and example into `dist/`, over what is there: an app may run from it. The licences
 * of the bundled packages go beside them.
 * @param {string} dist from the project's root
 * @returns what esbuild put into which file
 */
export async function bundle(dist = 'dist') {
  const results = await Promise.all([
    bundleDdTrace(common, `${dist}/dd-trace`),
    build({
      ...common,
      entryPoints: { index: 'src/common/tracing/dd-trace/bundle.ts' },
      outdir: `${dist}/dd-trace`,
    }),
    build({
      ...common,
      entryPoints: { register: 'src/main/register.ts' },
      outdir: `${dist}/main`,
      plugins: [sharedModules, sharedDdTrace],
      footer: exportedNames('settingsFolder', 'settings', 'origins', 'problems', 'listing', 'boot'),
    }),
    build({
      ...common,
      entryPoints: { index: 'src/main/index.ts' },
      outdir: `${dist}/main`,
      plugins: [sharedModules, sharedDdTrace],
    }),
    // A command reads and parses it each time, and names nothing of it to anybody.
    build({
      ...common,
      entryPoints: { cli: 'src/main/cli/index.ts' },
      outdir: `${dist}/main`,
      minify: true,
      keepNames: false,
      plugins: [sharedModules, sharedDdTrace],
    }),
    // What a page of `--html` runs, in a browser: the command puts it in.
    build({
      ...common,
      platform: 'browser',
      format: 'iife',
      target: 'es2022',
      entryPoints: { page: 'src/page/client.ts' },
      outdir: `${dist}/main`,
      minify: true,
      keepNames: false,
      sourcemap: false,
    }),
    build({
      ...common,
      entryPoints: { systeminformation: 'systeminformation' },
      outdir: `${dist}/main`,
      // Its own names are not needed here.
      minify: true,
      keepNames: false,
      sourcemap: false,
    }),
    build({
      ...common,
      entryPoints: { monitor: 'src/main/monitor.ts' },
      outdir: `${dist}/main`,
      footer: exportedNames(
        'startStudioMonitor',
        'StudioMonitor',
        'StartError',
        'forwardToWindow',
        'runStudioCommand',
      ),
    }),
    scripts(`${dist}/main`, { tracer: 'src/main/startup/tracer.ts', monitor: 'src/main/embedding.ts' }, [
      sharedModules,
      sharedDdTrace,
      withoutSignalHandlers,
    ]),
    build({
      ...common,
      entryPoints: {
        index: 'src/preload/start.ts',
        profiler: 'src/preload/profiler/worker.ts',
        doctor: 'src/preload/doctor.ts',
        'job-thread': 'src/preload/jobs/worker-threads/thread.ts',
        engine: 'src/preload/engine/index.ts',
      },
      outdir: `${dist}/preload`,
      plugins: [sharedDdTrace],
    }),
    scripts(`${dist}/preload`, { bundle: 'src/preload/index.ts' }, [sharedDdTrace]),
    ...['vite', 'webpack', 'esbuild'].map((bundler) =>
      build({
        ...common,
        entryPoints: { [bundler]: `src/bundlers/${bundler}.ts` },
        outdir: `${dist}/bundlers`,
        footer: exportedNames('studioMonitor'),
      }),
    ),
    build({
      ...common,
      entryPoints: { 'studio-backend': 'examples/studio-backend/index.ts' },
      outdir: `${dist}/examples`,
    }),
  ])
  await cp(path.join(root, 'src/preload/engine/probe'), path.resolve(root, dist, 'preload/probe'), {
    recursive: true,
    filter: (file) => !/__pycache__|\.md$/.test(file),
  })
  const metafiles = results.flat().map(({ metafile }) => metafile)
  const notices = await thirdPartyNotices(root, await shippedPackages(root, metafiles))
  await writeFile(path.resolve(root, dist, NOTICES_FILE), notices)
  return metafiles
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  argumentsOr(
    'Usage: npm run build: bundles the app into dist/, with the types of what it exports',
    parseArgs,
  )
  say('bundling the app into dist/')
  await rm(path.join(root, 'dist'), { recursive: true, force: true })
  await bundle()
  say('writing dist/types')
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc')
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.types.json'], { cwd: root, stdio: 'inherit' })
}
