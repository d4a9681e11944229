import { statSync } from 'node:fs'
import path from 'node:path'

/** The reason why Studio cannot be started at all: one line for the user, and the app's exit code. */
export class StartError extends Error {
  override readonly name = 'StartError'

  private constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message)
  }

  static noEntry(why: string): StartError {
    return new StartError(
      `${why}; STUDIO_BACKEND_ENTRY must name the JavaScript file of the Studio backend`,
      2,
    )
  }

  static engine(why: string): StartError {
    return new StartError(`Studio's engine cannot be started: ${why}`, 2)
  }

  static noDataFolder(folder: string, why: string): StartError {
    return new StartError(
      `the data folder ${folder} is not there and cannot be made: ${why}; --user-data-dir names another`,
      2,
    )
  }

  static alreadyRunning(dataFolder: string): StartError {
    return new StartError(`Studio runs already with the data folder ${dataFolder}: this second one ends`, 1)
  }
}

/**
 * The absolute path of the backend's entry.
 * @throws {StartError} if none is given, or it is not a file
 */
export function startableEntry(entry: string | null): string {
  if (entry === null) throw StartError.noEntry('there is no backend to start')
  const file = path.resolve(entry)
  if (!isFile(file)) throw StartError.noEntry(`there is no file ${file}`)
  return file
}

function isFile(file: string): boolean {
  try {
    return statSync(file).isFile()
  } catch {
    // It is missing, or no file can have this name.
    return false
  }
}
