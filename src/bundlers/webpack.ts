// The export `studio-datadog-monitor/webpack`, for Forge's webpack too.
import { placePackage } from './package-files'
import { registerLine } from './register-first'
import { isOwn, loadsIn, placedPath, REGISTER } from './specifiers'

type External = { readonly request?: string }
type Answer = (error?: null, external?: string) => void

interface Source {
  source(): string | Buffer
}
interface ReplaceableSource extends Source {
  replace(start: number, end: number, text: string): void
  insert(at: number, text: string): void
}
interface Chunk {
  readonly files: Iterable<string>
  getAllReferencedChunks(): Iterable<Chunk>
}
interface Compilation {
  readonly assets: Readonly<Record<string, Source>>
  readonly outputOptions: { readonly module?: boolean }
  readonly entrypoints: ReadonlyMap<string, { getEntrypointChunk(): Chunk }>
  readonly hooks: { readonly processAssets: { tap(options: object, run: () => void): void } }
  updateAsset(file: string, source: Source): void
}
interface Compiler {
  readonly outputPath: string
  readonly webpack: {
    readonly ExternalsPlugin: new (
      type: string,
      externals: (external: External, answer: Answer) => void,
    ) => { apply(compiler: Compiler): void }
    readonly Compilation: { readonly PROCESS_ASSETS_STAGE_ADDITIONS: number }
    readonly sources: { readonly ReplaceSource: new (source: Source) => ReplaceableSource }
  }
  readonly hooks: {
    readonly thisCompilation: { tap(name: string, run: (compilation: Compilation) => void): void }
    readonly afterEmit: { tap(name: string, run: (compilation: Compilation) => void): void }
  }
}

const NAME = 'studio-datadog-monitor'

/**
 * A plugin for the build of the main process: the package stays out of the bundle and is placed beside it, with all that runs,
 * and an entry that imports it, however far away, loads the tracer first.
 */
export function studioMonitor() {
  /** The builds in which something loads us. */
  const using = new WeakSet<Compilation>()
  return {
    /** @param given webpack's compiler: its types are not asked for, as not everybody has them */
    apply(given: unknown): void {
      const compiler = given as Compiler
      const { Compilation, ExternalsPlugin, sources } = compiler.webpack
      new ExternalsPlugin('node-commonjs', ({ request = '' }, answer) =>
        isOwn(request) ? answer(null, `node-commonjs ${request}`) : answer(),
      ).apply(compiler)
      compiler.hooks.thisCompilation.tap(NAME, (compilation) => {
        // Before it is minimised, and before the source maps are written.
        const stage = Compilation.PROCESS_ASSETS_STAGE_ADDITIONS
        compilation.hooks.processAssets.tap({ name: NAME, stage }, () => {
          if (pointToPlaced(compilation, sources.ReplaceSource)) using.add(compilation)
        })
      })
      compiler.hooks.afterEmit.tap(NAME, (compilation) => {
        if (using.has(compilation)) placePackage(compiler.outputPath)
      })
    },
  }
}

/** @returns whether anything loads us */
function pointToPlaced(
  compilation: Compilation,
  ReplaceSource: Compiler['webpack']['sources']['ReplaceSource'],
): boolean {
  const using = new Map<string, ReplaceableSource>()
  for (const [file, source] of Object.entries(compilation.assets)) {
    const loads = /\.[cm]?js$/.test(file) ? loadsIn(String(source.source())) : []
    if (loads.length === 0) continue
    const changed = new ReplaceSource(source)
    for (const { start, end, name } of loads) changed.replace(start, end - 1, placedPath(file, name))
    using.set(file, changed)
  }
  for (const entrypoint of compilation.entrypoints.values()) {
    const chunk = entrypoint.getEntrypointChunk()
    const files = [chunk, ...chunk.getAllReferencedChunks()].flatMap((one) => [...one.files])
    const [file] = [...chunk.files].filter((name) => /\.[cm]?js$/.test(name))
    const source = file === undefined ? undefined : compilation.assets[file]
    if (file === undefined || source === undefined || !files.some((name) => using.has(name))) continue
    const format = compilation.outputOptions.module ? 'es' : 'cjs'
    const { at, line } = registerLine(String(source.source()), placedPath(file, REGISTER), format)
    const changed = using.get(file) ?? new ReplaceSource(source)
    changed.insert(at, line)
    using.set(file, changed)
  }
  for (const [file, source] of using) compilation.updateAsset(file, source)
  return using.size > 0
}
