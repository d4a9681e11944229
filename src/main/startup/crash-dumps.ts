import { app, crashReporter } from 'electron'
import { onePerProcess } from '../../common/bundle/one-per-process'
import { dataPaths } from '../../common/storage/data-folder'
import { CrashDumps } from '../backend/crashes/crash-dumps'

/** True once this app has started Crashpad for us; an app that embeds us starts it itself, or does not. */
const state = onePerProcess('crash-dumps', { areOurs: false })

/** Has Crashpad write minidumps of processes that crash, and send none. Call it before Electron is ready. */
export function startCrashDumps(): void {
  try {
    // The handler's own log goes to the app's terminal: of a machine without some files of /sys, for instance.
    crashReporter.start({ uploadToServer: false, compress: false })
    state.areOurs = true
  } catch {
    // A crash is recorded without its module then.
  }
}

/** The minidumps of backends, wherever this app has Crashpad write them. */
export function crashDumps(dataFolder: string): CrashDumps {
  return new CrashDumps({
    from: app.getPath('crashDumps'),
    to: dataPaths(dataFolder).crashes,
    isOurs: state.areOurs,
  })
}
