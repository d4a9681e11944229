// The module `studio-datadog-monitor`: the monitor, from V8's code cache.
import { type OwnScript, whereRequired } from './startup/bundled-copy'

const ownFiles = whereRequired(() => require('./startup/own-files') as typeof import('./startup/own-files'))
const script: OwnScript<typeof import('./embedding')> =
  'missing' in ownFiles
    ? ownFiles
    : // An ES module, which a bundler may make of this, has no folder.
      ownFiles.runOwnScript('monitor.js', typeof __dirname === 'string' ? __dirname : null)

export = 'missing' in script ? noMonitor(script.missing) : script.exports

/** The names that an app may use of it, though not all that the types promise: a start says why there is none. */
function noMonitor(why: string) {
  class StartError extends Error {
    override readonly name = 'StartError'
    readonly exitCode = 2
  }
  class StudioMonitor {}
  const startStudioMonitor = async (): Promise<never> => {
    throw new StartError(why)
  }
  const runStudioCommand = () => null
  const forwardToWindow = () => () => {}
  const nothing: unknown = {
    StartError,
    StudioMonitor,
    startStudioMonitor,
    runStudioCommand,
    forwardToWindow,
  }
  return nothing as typeof import('./embedding')
}
