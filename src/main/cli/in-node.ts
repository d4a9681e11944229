import path from 'node:path'
import { folderToRead, USER_DATA_SWITCH, unnamedFolder } from '../startup/folder-to-read'
import { parseCommandLine } from './arguments'
import { wantsExport } from './export/export-option'
import { runInProcess } from './process-run'

/**
 * Runs a command in this Node, without the quarter of a second that Electron takes to start: most of them read files alone.
 * @param args the app's arguments
 * @param defaultUserData Electron's user data folder of the app, unless the arguments name another
 * @returns the exit code; `null` where it takes Electron
 */
export function runInNode(
  args: readonly string[],
  { defaultUserData, version }: { readonly defaultUserData: string; readonly version: string },
): Promise<number> | null {
  const parsed = parseCommandLine(['node', ...args], [])
  if (!parsed || ('command' in parsed && takesElectron(parsed.command, parsed.args))) return null
  const asked = askedFolder(args)
  const folder =
    asked === ''
      ? unnamedFolder(defaultUserData)
      : folderToRead(asked ?? defaultUserData, { isNew: false, isAsked: asked !== null })
  return runInProcess(parsed, folder, {
    program: 'studio-monitor',
    version,
    signalsAreOurs: Promise.resolve(),
  })
}

/** True for what asks Electron itself: doctor, and an archive that has in it what doctor says. */
function takesElectron(command: string, args: readonly string[]): boolean {
  if (args.some((argument) => ['--help', '-h', '--version'].includes(argument))) return false
  return command === 'doctor' || (command === 'incidents' && wantsExport(args))
}

/** The user data folder as Chromium takes it, the last one that is given; empty where the switch names none, `null` without it. */
function askedFolder(args: readonly string[]): string | null {
  const end = args.indexOf('--')
  const name = `--${USER_DATA_SWITCH}`
  const given = args
    .slice(0, end < 0 ? args.length : end)
    .findLast((argument) => argument === name || argument.startsWith(`${name}=`))
  if (given === undefined) return null
  const folder = given.slice(name.length + 1)
  return folder === '' ? '' : path.resolve(folder)
}
