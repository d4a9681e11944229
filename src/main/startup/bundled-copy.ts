// Loads nothing of Node: in an ES module that a bundler has made of us there may be no `require`.
import { onePerProcess } from '../../common/bundle/one-per-process'

const NAME = 'studio-datadog-monitor: a bundler has put its code into'
const MEND =
  'Bundle with the plugin studio-datadog-monitor/vite, /webpack or /esbuild, or keep /^studio-datadog-monitor($|\\/)/ external and pack node_modules'

const told = onePerProcess<{ line: string | null }>('bundled', { line: null })

/** The exports of a script of ours; or why there are none, in one line, where a bundler has taken us away from our files. */
export type OwnScript<Exports> = { readonly exports: Exports } | { readonly missing: string }

/** Runs what needs Node's `require`; where there is none, says so. @param run may throw only for that */
export function whereRequired<Result>(run: () => Result): Result | { readonly missing: string } {
  try {
    return run()
  } catch {
    return tellOfBundle('an ES module without require', 'nothing is traced, and no backend is started')
  }
}

/**
 * Says on stderr, once in a process, that a bundler has taken us away from our files, and what mends it.
 * @param where our code is now
 * @param what follows from it
 */
export function tellOfBundle(where: string, what: string): { readonly missing: string } {
  const line = `${NAME} ${where}, away from the files that it runs: ${what}. ${MEND}`
  if (told.line === null) process.stderr.write(`${line}\n`)
  told.line ??= line
  return { missing: line }
}
