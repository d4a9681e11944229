import { app, crashReporter } from 'electron'
import { onePerProcess } from '../../common/bundle/one-per-process'

/** `isOurs` is true once this app has started Crashpad for us; an app that embeds us starts it itself, or does not. */
const state = onePerProcess('crash-reporter', { isOurs: false })

/** Has Crashpad write minidumps of processes that crash, and send none. Call it before a backend is started. */
export function startCrashReporter(): void {
  try {
    crashReporter.start({ uploadToServer: false, compress: false })
    state.isOurs = true
  } catch {
    // A crash is recorded without its module then.
  }
}

/** The folder in which Crashpad keeps minidumps, and whether it is for us alone. */
export function crashpadFolder(): { readonly folder: string; readonly isOurs: boolean } {
  return { folder: app.getPath('crashDumps'), isOurs: state.isOurs }
}
