import Module, { createRequire } from 'node:module'
import path from 'node:path'
import { onePerProcess } from '../bundle/one-per-process'

type Extension = (module: { loaded: boolean; exports: unknown }, file: string) => void

interface Loader {
  _load(request: string, parent?: unknown, isMain?: boolean): unknown
  readonly _extensions: Record<'.js', Extension>
}

/** Node's own, without a public name; unchanged since Node 0.x. */
const loader = Module as unknown as Loader

const hooked = onePerProcess<{ done: boolean }>('traced-imports', { done: false })

/**
 * Has CommonJS packages traced for the ES modules that import them, as those that are required are. For `import` Node calls
 * `Module._load(file)`, past the `require` that dd-trace has changed, and keeps what the module exports as soon as it has run
 * (seen in Electron 33). So right then it is required, and what dd-trace makes of its exports stands in their place.
 * To be called after dd-trace has started. Packages that are ES modules themselves stay as they are.
 */
export function traceImports(): void {
  if (hooked.done) return
  hooked.done = true
  const load = loader._load
  loader._load = function (this: unknown, request, parent, isMain) {
    if (parent || isMain || !path.isAbsolute(request)) return load.call(this, request, parent, isMain)
    const extension = loader._extensions['.js']
    // The first file that is run is the one that is imported; what it requires itself is required.
    loader._extensions['.js'] = (module, file) => {
      loader._extensions['.js'] = extension
      extension(module, file)
      module.loaded = true
      module.exports = createRequire(file)(file)
    }
    try {
      return load.call(this, request, parent, isMain)
    } finally {
      loader._extensions['.js'] = extension
    }
  }
}
