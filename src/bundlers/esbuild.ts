// The export `studio-datadog-monitor/esbuild`.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { placePackage } from './package-files'
import { registerLine } from './register-first'
import { OWN_SPECIFIER, placedPath, REGISTER } from './specifiers'

interface Output {
  readonly entryPoint?: string
  readonly imports: readonly { readonly path: string }[]
}
interface OutputFile {
  readonly path: string
  readonly text: string
  contents: Uint8Array
}
interface BuildResult {
  readonly metafile?: { readonly outputs: Readonly<Record<string, Output>> } | undefined
  readonly outputFiles?: OutputFile[] | undefined
}
interface PluginBuild {
  readonly initialOptions: {
    metafile?: boolean | undefined
    readonly absWorkingDir?: string | undefined
    readonly format?: string | undefined
  }
  onResolve(
    options: { filter: RegExp },
    resolve: (args: { path: string }) => { path: string; external: boolean },
  ): void
  onEnd(done: (result: BuildResult) => void): void
}

/** The name of any file in the folder of the bundle. */
const BESIDE = 'bundle.js'

/**
 * A plugin for the build of the main process: the package stays out of the bundle and is placed beside each file that imports
 * it, with all that runs, and an entry that imports it, however far away, loads the tracer first.
 */
export function studioMonitor() {
  return {
    name: 'studio-datadog-monitor',
    setup(build: PluginBuild): void {
      const { initialOptions } = build
      // It says which file imports what.
      initialOptions.metafile = true
      build.onResolve({ filter: OWN_SPECIFIER }, ({ path: name }) => ({
        path: placedPath(BESIDE, name),
        external: true,
      }))
      build.onEnd(({ metafile, outputFiles }) => {
        const outputs = metafile?.outputs ?? {}
        const root = initialOptions.absWorkingDir ?? process.cwd()
        const folders = new Set<string>()
        for (const [name, output] of Object.entries(outputs)) {
          const isEntry = output.entryPoint !== undefined && usesUs(name, outputs)
          const file = path.resolve(root, name)
          if (isEntry) {
            const format = initialOptions.format === 'esm' ? 'es' : 'cjs'
            loadRegisterFirst(outputFiles ? inMemory(outputFiles) : onDisk, file, format)
          }
          if (isEntry || importsUs(output)) folders.add(path.dirname(file))
        }
        for (const folder of folders) placePackage(folder)
      })
    },
  }
}

function importsUs({ imports }: Output): boolean {
  return imports.some(({ path: name }) => name.startsWith('./studio-datadog-monitor/'))
}

/** With the files that it imports, however far away. */
function usesUs(name: string, outputs: Readonly<Record<string, Output>>, seen = new Set<string>()): boolean {
  const output = outputs[name]
  if (output === undefined || seen.has(name)) return false
  seen.add(name)
  return importsUs(output) || output.imports.some((imported) => usesUs(imported.path, outputs, seen))
}

/** Reads or changes a file of the result: without a change it is left as it is. */
type Change = (file: string, change: (text: string) => string) => void

const onDisk: Change = (file, change) => writeFileSync(file, change(readFileSync(file, 'utf8')))

function inMemory(files: readonly OutputFile[]): Change {
  return (file, change) => {
    const found = files.find(({ path: name }) => path.resolve(name) === file)
    if (found) found.contents = Buffer.from(change(found.text))
  }
}

/** The line is one of its own, and each line of a source map ends with a semicolon. */
function loadRegisterFirst(changeFile: Change, file: string, format: 'es' | 'cjs'): void {
  let map: ((text: string) => string) | null = null
  changeFile(file, (code) => {
    const { at, linesBefore, line } = registerLine(code, placedPath(BESIDE, REGISTER), format)
    map = (text) => withLine(text, linesBefore)
    return withInlineMap(`${code.slice(0, at)}${line}${code.slice(at)}`, linesBefore)
  })
  if (map === null) return
  try {
    changeFile(`${file}.map`, map)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

const INLINE_MAP = /(?<=\n\/\/# sourceMappingURL=data:application\/json;base64,)[\w+/=]+/

function withInlineMap(code: string, linesBefore: number): string {
  return code.replace(INLINE_MAP, (map) =>
    Buffer.from(withLine(Buffer.from(map, 'base64').toString(), linesBefore)).toString('base64'),
  )
}

/** @param text a source map @param linesBefore the new line */
function withLine(text: string, linesBefore: number): string {
  const map = JSON.parse(text) as { mappings: string }
  const lines = map.mappings.split(';')
  lines.splice(linesBefore, 0, '')
  return JSON.stringify({ ...map, mappings: lines.join(';') })
}
