import path from 'node:path'
import { type Finding, ok, problem, warning } from './check'

export interface TracerFacts {
  /** The reason why there is no tracer; `null` if there is one. */
  readonly failure: string | null
  /** Which switch left a tracer that does nothing, with its value; `null` when it traces. */
  readonly inactive: string | null
  /** Files that were loaded before dd-trace. */
  readonly loadedBefore: readonly string[]
  /** True if V8 accepted dd-trace from its code cache; `null` when there is none for this Electron. */
  readonly codeCache: boolean | null
  /** The folder of the bundles that load dd-trace. */
  readonly ownFolder: string
}

/** Checks that dd-trace runs and was there first: a module that is loaded before it stays untraced. */
export function checkTracer({ failure, inactive, loadedBefore, codeCache, ownFolder }: TracerFacts): Finding {
  if (failure !== null) {
    const next = 'install Studio anew: its dd-trace is missing or damaged; until then nothing is traced'
    return problem(`dd-trace did not start: ${failure}`, next)
  }
  if (inactive !== null)
    return warning(`dd-trace has no tracer: ${inactive}`, 'remove what is named there to have traces')
  const others = loadedBefore.filter(
    (file) => !isInside(ownFolder, file) && path.basename(file) !== 'package.json',
  )
  if (others.length === 0)
    return ok('dd-trace runs, and was loaded before anything else', [describeCache(codeCache)])
  const next =
    "make studio-datadog-monitor/register the app's first import: what is loaded earlier is not traced"
  return warning('dd-trace runs, but was not loaded first', next, [...others, describeCache(codeCache)])
}

/** Describes the state of the code cache: without one, Studio only starts slower. */
function describeCache(used: boolean | null): string {
  if (used === null) return 'code cache: none for this Electron'
  return used
    ? 'code cache: used'
    : 'code cache: rejected by V8, made by another Electron or under other flags'
}

function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file)
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative)
}
