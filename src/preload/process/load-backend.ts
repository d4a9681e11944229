import { existsSync, readFileSync, realpathSync } from 'node:fs'
import Module from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { traceBuiltins } from '../../common/tracing/traced-builtins'
import { traceImports } from '../../common/tracing/traced-imports'
import { summariseError, summariseStack } from '../jobs/error-summary'
import type { MonitorPort } from './monitor-port'

/**
 * The function with which `node ENTRY` runs a CommonJS file as the program: private, unchanged since Node
 * 0.x.
 */
const { _load: loadCommonJs } = Module as unknown as {
  _load(file: string, parent: null, isMain: boolean): unknown
}

/** Imports an ES module, as `import()` does. */
export type ImportModule = (url: string) => Promise<unknown>

/**
 * Runs the backend's entry, `argv[2]`, as `node ENTRY ...ARGS` would: the same `process.argv`, the same
 * `require.main`, CommonJS or ESM. It is loaded when the promise that it exports as `ready`, if any, is
 * settled. An entry that throws while it is loaded is reported and ends the process with code 1.
 */
export async function loadBackend(
  argv: string[],
  port: MonitorPort,
  importModule: ImportModule,
): Promise<void> {
  const [executable, , entry, ...args] = argv
  if (executable === undefined || entry === undefined) throw new Error('no backend entry in the arguments')
  process.argv = [executable, entry, ...args]
  try {
    await readyOf(await load(entry, importModule))
    port.send({ type: 'ready' })
  } catch (error) {
    console.error(error)
    port.send({ type: 'launch-failed', error: summariseError(error), stack: summariseStack(error) })
    process.exit(1)
  }
}

function load(entry: string, importModule: ImportModule): unknown {
  traceImports()
  if (isEsm(entry)) {
    traceBuiltins()
    return importModule(pathToFileURL(entry).href)
  }
  // For the ES modules that it may load; what it requires is traced anyway.
  setImmediate(traceBuiltins)
  return loadCommonJs(entry, null, true)
}

/** The promise that a backend may export to delay readiness: if it rejects, the entry has thrown. */
function readyOf(loaded: unknown): unknown {
  return typeof loaded === 'object' && loaded !== null && 'ready' in loaded ? loaded.ready : null
}

/**
 * Decides by Node's own rule: the extension, otherwise `type` in the nearest package.json, of the file that a
 * link leads to.
 */
function isEsm(entry: string): boolean {
  const file = existsSync(entry) ? realpathSync(entry) : entry
  if (file.endsWith('.mjs')) return true
  if (!file.endsWith('.js')) return false
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const manifest = path.join(folder, 'package.json')
    if (existsSync(manifest)) return JSON.parse(readFileSync(manifest, 'utf8')).type === 'module'
    if (folder === path.dirname(folder)) return false
  }
}
