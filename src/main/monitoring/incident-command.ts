import path from 'node:path'
import { dataFolderIn } from '../../common/storage/data-folder'

interface App {
  readonly isPackaged: boolean
  readonly executable: string
  /** Electron's default user data folder of the app, which a command looks in unless it is told another. */
  readonly defaultUserData: string
  /** True where the app answers the monitor's commands itself. */
  readonly offersCommands: boolean
}

/** Length of an id's end that names it. */
const END_LENGTH = 4
const BARE = /^[\w./~-]+$/

/**
 * The command that shows an incident, as a person types it in a shell; `null` where the app answers none, or would look elsewhere.
 * @param dataFolder the folder of its records
 */
export function incidentCommand(id: string, dataFolder: string, app: App): string | null {
  if (app.isPackaged && !app.offersCommands) return null
  const program = app.isPackaged ? path.basename(app.executable) : 'studio-monitor'
  const userData = path.dirname(dataFolder)
  if (dataFolderIn(userData) !== dataFolder) return null
  const words = [
    program,
    ...(userData === app.defaultUserData ? [] : [`--user-data-dir=${userData}`]),
    'incidents',
    id.slice(-END_LENGTH),
  ]
  return words
    .map((word) => (BARE.test(word.replace(/^--user-data-dir=/, '')) ? word : `"${word}"`))
    .join(' ')
}
