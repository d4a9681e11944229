import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { homeFolder } from '../../common/bundle/home'
import { runScript } from '../../common/bundle/script'
import { appFolder } from './app-folder'
import { type OwnScript, tellOfBundle } from './bundled-copy'
import { tooOldElectron } from './electron-version'
import { growNewSpaceAtOnce } from './new-space'

/** Runs the tracer, ahead of everything else. @param folder ours, as far as a bundler has left us that */
export function runTracer(folder: string | null): OwnScript<typeof import('./tracer')> {
  const tooOld = tooOldElectron(process.versions.electron)
  if (tooOld !== null) process.stderr.write(`${tooOld}\n`)
  growNewSpaceAtOnce()
  return runOwnScript('tracer.js', folder)
}

/**
 * Runs one of our scripts, which lie beside us; where a bundler has put us into another file, that of the package which the app
 * has among its modules, if it has it.
 * @param name of the script, `tracer.js`
 * @param folder ours, as far as a bundler has left us that
 */
export function runOwnScript<Exports>(name: string, folder: string | null): OwnScript<Exports> {
  if (folder !== null && hasFile(folder, name)) return { exports: runAtHome(folder, name) as Exports }
  const where = folder === null || folder === path.parse(folder).root ? 'another file' : `a file in ${folder}`
  const installed = installedFolder(folder)
  if (installed === null || !hasFile(installed, name)) {
    return tellOfBundle(
      where,
      'they are not installed either, so nothing is traced, and no backend is started',
    )
  }
  tellOfBundle(where, `those in ${installed} run instead`)
  return { exports: runAtHome(installed, name) as Exports }
}

function runAtHome(folder: string, name: string): unknown {
  return runScript(path.join(homeFolder(folder), name))
}

/** A bundler may have made another path of the folder: one that is relative, or nowhere. */
function hasFile(folder: string, name: string): boolean {
  return path.isAbsolute(folder) && existsSync(path.join(folder, name))
}

/** The folder in which Node finds the package from the bundle or from the app; never from the working folder, which is anybody's. */
function installedFolder(folder: string | null): string | null {
  for (const from of [folder, appFolder()]) {
    if (from === null || !path.isAbsolute(from)) continue
    try {
      const { resolve } = createRequire(path.join(from, 'package.json'))
      return path.dirname(resolve('studio-datadog-monitor/register'))
    } catch {
      // It is not there.
    }
  }
  return null
}
