import { app } from 'electron'
import { ReplacedFiles } from './replaced-files'

/** Electron's program, and the app's archive; an app in development has a folder, whose files come and go. */
const files = new ReplacedFiles([process.execPath, app.getAppPath()])

/**
 * Tells of an update that replaced the app's files while it runs: what it starts from them from then on is another version
 * than itself, or cannot be read.
 * @returns why no backend can be started, in a sentence; `null` where nothing has changed
 */
export function updatedMeanwhile(): string | null {
  const file = files.find()
  return file === null
    ? null
    : `the app's files were replaced while it ran, as by an update (${file}): quit Studio and start it again`
}
