// @ts-check
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Keeps a module's own `__dirname`, though all of them become one file.
 * @type {import('esbuild').Plugin}
 */
const inPlace = {
  name: 'in-place',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path: file }) => ({
      loader: 'ts',
      contents: (await readFile(file, 'utf8')).replaceAll('__dirname', JSON.stringify(path.dirname(file))),
    }))
  },
}

/**
 * Loads a module of the app's or the tests' TypeScript into a script.
 * @param {string} entry from the project's folder
 * @returns {Promise<any>} what it exports, whose type the caller knows
 */
export async function loadTypeScript(entry) {
  // Below the project: what is left out of the bundle is found from there.
  const folder = await mkdtemp(path.join(root, 'node_modules/.loaded-'))
  try {
    const outfile = path.join(folder, 'loaded.cjs')
    await build({
      absWorkingDir: root,
      entryPoints: [entry],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external: ['esbuild'],
      plugins: [inPlace],
      logLevel: 'error',
    })
    return (await import(outfile)).default
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
