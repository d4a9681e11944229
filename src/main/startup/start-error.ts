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

  static noFolder(folder: string): StartError {
    return new StartError(`there is no folder ${folder} that the backend could run in (backend.cwd)`, 2)
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

  /** @param state the backend's */
  static startedTwice(state: string): StartError {
    return new StartError(
      `the monitor runs already in this app (its backend: ${state}): use the one that startStudioMonitor returned first, whose restart() starts the backend afresh, or stop() it before`,
      1,
    )
  }

  /** The app quits while it is started: nothing is wrong. */
  static quitting(): StartError {
    return new StartError('the app quits: nothing is started any more', 0)
  }

  /** A call on a monitor that runs, which runs on. @param accepted what would be, in a few words */
  static badArgument(name: string, value: string, accepted: string): StartError {
    return new StartError(`${name} is ${value}; accepted: ${accepted}; nothing is changed by it`, 2)
  }

  /** @param accepted what would be, in a few words */
  static badOption(name: string, value: string, accepted: string): StartError {
    return new StartError(`${name} is ${value}; accepted: ${accepted}; nothing is started by it`, 2)
  }
}

/**
 * The absolute path of the backend's entry.
 * @throws {StartError} if none is given, or it is not a file
 */
export function startableEntry(entry: string | null, cwd: string | null = null): string {
  if (entry === null) throw StartError.noEntry('there is no backend to start')
  const file = path.resolve(entry)
  if (!isFile(file)) throw StartError.noEntry(`there is no file ${file}`)
  if (cwd !== null && !isFolder(cwd)) throw StartError.noFolder(cwd)
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

function isFolder(folder: string): boolean {
  try {
    return statSync(folder).isDirectory()
  } catch {
    return false
  }
}
