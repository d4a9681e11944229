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

  /** @param what it is instead, `is no folder` */
  static noDataFolder(folder: string, what: string): StartError {
    return new StartError(`the user data folder ${folder} ${what}; --user-data-dir=DIR names another`, 2)
  }

  static unnamedDataFolder(): StartError {
    return new StartError('--user-data-dir names no folder: --user-data-dir=DIR does', 2)
  }

  /** @param owner who has it, `process 7 on host`; `null` where that is not known */
  static alreadyRunning(dataFolder: string, owner: string | null): StartError {
    const who = owner === null ? '' : ` (${owner})`
    return new StartError(
      `Studio runs already with the data folder ${dataFolder}: this second one ends${who}`,
      1,
    )
  }

  static startedTwice(): StartError {
    return new StartError('the monitor runs already in this app: it is started once', 1)
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
