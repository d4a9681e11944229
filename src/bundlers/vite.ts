// The export `studio-datadog-monitor/vite`: for Vite, Rollup and Rolldown, so for electron-vite and Forge's Vite too.
import path from 'node:path'
import MagicString from 'magic-string'
import { placePackage } from './package-files'
import { registerLine } from './register-first'
import { isOwn, loadsIn, OWN_SPECIFIER, placedPath, REGISTER } from './specifiers'

interface Chunk {
  readonly fileName: string
  readonly isEntry: boolean
  readonly imports: readonly string[]
  readonly dynamicImports: readonly string[]
}
interface OutputOptions {
  readonly dir?: string | undefined
  readonly file?: string | undefined
  readonly format?: string | undefined
}
type Chunks = Readonly<Record<string, Chunk>>

/**
 * A plugin for the build of the main process: the package stays out of the bundle and is placed beside it, with all that runs,
 * and an entry that imports it, however far away, loads the tracer first.
 */
export function studioMonitor() {
  return {
    name: 'studio-datadog-monitor',
    enforce: 'pre' as const,
    resolveId(source: string) {
      return isOwn(source) ? { id: source, external: true, moduleSideEffects: true } : null
    },
    renderChunk(
      code: string,
      chunk: Chunk,
      options: OutputOptions,
      meta?: { readonly chunks: Chunks },
    ): { code: string; map: string } | null {
      const text = new MagicString(code)
      for (const { start, end, name } of loadsIn(code)) {
        text.overwrite(start, end, placedPath(chunk.fileName, name))
      }
      if (chunk.isEntry && usesUs(chunk, meta?.chunks ?? {})) {
        const file = placedPath(chunk.fileName, REGISTER)
        const { at, line } = registerLine(code, file, isEsModule(options) ? 'es' : 'cjs')
        text.appendLeft(at, line)
      }
      if (!text.hasChanged()) return null
      return { code: text.toString(), map: text.generateMap({ hires: true }).toString() }
    },
    writeBundle(options: OutputOptions, bundle: Readonly<Record<string, object>>) {
      const isUsed = Object.values(bundle).some((file) => 'imports' in file && importsUs(file as Chunk))
      if (isUsed) placePackage(options.dir ?? path.dirname(options.file ?? ''))
    },
  }
}

function isEsModule({ format }: OutputOptions): boolean {
  return format === 'es' || format === 'esm' || format === 'module'
}

/** After `renderChunk` a bundler may name what is imported by its path. */
function importsUs({ imports, dynamicImports }: Chunk): boolean {
  return [...imports, ...dynamicImports].some((name) => OWN_SPECIFIER.test(name) || isPlaced(name))
}

function isPlaced(name: string): boolean {
  return /(^|\/)studio-datadog-monitor\/dist\/main\//.test(name)
}

/** With the chunks that it imports, however far away. */
function usesUs(chunk: Chunk, chunks: Chunks, seen = new Set<Chunk>()): boolean {
  if (seen.has(chunk)) return false
  seen.add(chunk)
  if (importsUs(chunk)) return true
  return [...chunk.imports, ...chunk.dynamicImports].some((name) => {
    const imported = chunks[name]
    return imported !== undefined && usesUs(imported, chunks, seen)
  })
}
