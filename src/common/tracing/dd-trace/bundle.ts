import path from 'node:path'
import { runScript } from '../../bundle/script'

export { withoutOwnFlags } from '../../bundle/code-cache'
export { areCodeCachesUsed, codeCaches } from '../../bundle/script'

/** The folder of dd-trace, the same from each of our folders: there is one dd-trace in a process. */
const FOLDER = path.join(__dirname, '../dd-trace')

/** The modules that one half of dd-trace gives the other, by file name. */
type Modules = (id: string) => unknown
/** The half that every start runs, by the names that `require` would take. */
type Bundle = Modules & { readonly core: Modules; later?: () => Modules }
type Later = Modules & { core?: Modules }

/**
 * Returns a module of dd-trace, by the name that `require` would take. The app ships dd-trace as two files;
 * the modules that the monitor uses are listed in `scripts/bundle/used.mjs`.
 */
export function ddTraceModule(name: string): unknown {
  return bundle()(name)
}

/** Loads the half that a start does without, for `scripts/code-cache`. */
export function loadLater(): void {
  bundle().later?.()
}

function bundle(): Bundle {
  const bundle = runScript(path.join(FOLDER, 'bundle.js')) as Bundle
  bundle.later ??= () => {
    const later = runScript(path.join(FOLDER, 'later.js')) as Later
    later.core ??= bundle.core
    return later
  }
  return bundle
}
