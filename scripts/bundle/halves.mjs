// @ts-check
import { execFile } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const PROGRAM = fileURLToPath(new URL('./start-program.mjs', import.meta.url))
const OTHER = 'other-half'
const RESOLVED_HERE = Symbol('resolved here')

/**
 * The files of dd-trace that run at a start and for a first request: a seventh of it. Found by running it in
 * this Node, with the bundle's changes; a file in the wrong half costs time, but works.
 * @returns {Promise<ReadonlySet<string>>}
 */
export async function neededAtStart() {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM], {
    // Without anybody's DD_*; Windows opens no socket without the other one.
    env: { PATH: process.env.PATH, SystemRoot: process.env.SystemRoot },
  })
  /** @type {string[]} */
  const files = JSON.parse(stdout)
  return new Set(files.filter((file) => file.includes(`${path.sep}node_modules${path.sep}`)))
}

/** The id of a file in both halves: its path from its last `node_modules` folder on. @param {string} file */
export function moduleId(file) {
  const name = file.replaceAll(path.sep, '/')
  return name.slice(name.lastIndexOf('/node_modules/') + '/node_modules/'.length)
}

/**
 * Leaves the files that are not of this half to the other one. Its exports are read at each access, as it may
 * not have finished.
 * @param {object} half
 * @param {(file: string) => boolean} half.has
 * @param {string} half.ask the name of what gives a module of the other half by its id, in scope of this one
 * @param {(file: string) => void} [half.onAsked] for each file that this half asks the other one for
 * @returns {import('esbuild').Plugin}
 */
export function half({ has, ask, onAsked }) {
  return {
    name: 'half',
    setup({ onLoad, onResolve, resolve }) {
      onResolve({ filter: /.*/ }, async ({ path: request, pluginData, ...where }) => {
        if (pluginData === RESOLVED_HERE || where.kind !== 'require-call') return null
        const found = await resolve(request, { ...where, pluginData: RESOLVED_HERE })
        const isOther = found.namespace === 'file' && !found.external && !has(found.path)
        if (!isOther || found.errors.length > 0) return found
        onAsked?.(found.path)
        return { path: found.path, namespace: OTHER }
      })
      onLoad({ filter: /.*/, namespace: OTHER }, ({ path: file }) => ({
        contents: `Object.defineProperty(module, 'exports', { get: () => ${ask}(${JSON.stringify(moduleId(file))}) })`,
      }))
    },
  }
}

/** The source of a function that returns a module by its id. @param {Iterable<string>} files */
export function tableOf(files) {
  const cases = [...files].map(
    (file) => `case ${JSON.stringify(moduleId(file))}: return require(${JSON.stringify(file)})`,
  )
  return `(id) => { switch (id) { ${cases.join('\n')} } throw new Error('dd-trace has no ' + id) }`
}
