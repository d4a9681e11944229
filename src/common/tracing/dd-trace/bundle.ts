import path from 'node:path'
import { runScript } from '../../bundle/script'

export { withoutOwnFlags } from '../../bundle/code-cache'
export { areCodeCachesUsed, codeCaches } from '../../bundle/script'

/** From whichever of our folders this is run: there is one dd-trace in a process. */
const FOLDER = path.join(__dirname, '../dd-trace')

/** One half of dd-trace gives its modules to the other, by the name of their file. */
type Modules = (id: string) => unknown
/** What every start runs, by the names that `require` would know. */
type Bundle = Modules & { readonly core: Modules; later?: () => Modules }
type Later = Modules & { core?: Modules }

/**
 * A module of dd-trace, by the name that `require` would know it by. The app ships dd-trace as two files; what of them
 * the monitor asks for is listed in `scripts/bundle/used.mjs`.
 */
export function ddTraceModule(name: string): unknown {
  return bundle()(name)
}

/** For `scripts/code-cache`: loads what a start does without. */
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
