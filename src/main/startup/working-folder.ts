import os from 'node:os'

/** Goes home from a folder that is gone: `path.resolve` throws there, in whatever is asked for it first. Never throws. */
export function leaveGoneFolder(): void {
  try {
    process.cwd()
  } catch {
    for (const folder of [os.homedir(), '/']) if (goTo(folder)) return
  }
}

function goTo(folder: string): boolean {
  try {
    process.chdir(folder)
    return true
  } catch {
    return false
  }
}
