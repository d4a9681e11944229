import { rmSync } from 'node:fs'
import { size } from '../../../common/output/units'
import { dataPaths } from '../../../common/storage/data-folder'
import { errorMessage } from '../../../common/storage/errors'
import { isAppRunning } from '../../startup/app-running'
import { takeKernelLock } from '../../startup/kernel-lock'
import { type CommandContext, EXIT, type ExitCode } from '../context'
import { parseFlags, UsageError } from '../options'
import { terminalJson } from '../terminal-text'
import { ownRecords, type RecordFile, type RecordGroup } from './own-records'

const HELP = `clear: deletes the monitor's records, after a question: failed jobs, incidents, profiles,
minidumps, logs, spans that were not sent, what jobs need. Settings, the answer whether
anything may be sent, the installation's id and files of others stay.

  clear [--yes] [--json]

  --yes      without the question, for scripts
  --json     one object: deleted (files and bytes, by kind), and problems, a line for each
             file that could not be; takes --yes
  --help     this text

Exit code: 0 deleted, also when there was nothing; 1 Studio runs, the answer was no, or
something could not be deleted; 2 wrong arguments, no data folder, or nobody to ask.
`

export async function clear(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const flags = parseFlags(args, { yes: { short: 'y' }, json: {} }, { help: HELP, stdout: context.stdout })
  if (flags === null) return EXIT.ok
  const { json: isJson, yes: isSure } = flags
  if (isJson && !isSure) throw new UsageError('--json takes --yes: a script is not asked')
  const { dataFolder, ask } = context
  if (isAppRunning(context.appFolder)) return refuse(context)
  const records = ownRecords(dataFolder)
  if (records.length === 0) return report([], [], isJson, context)
  if (!isSure) {
    if (ask === null) throw new UsageError('nobody is there to be asked: --yes deletes without a question')
    context.stderr(`${listed(records)}Settings stay.\n`)
    const answer = await ask(`Delete ${total(records)} in ${dataFolder}? [y/N] `)
    if (!/^y(es)?$/i.test(answer.trim())) {
      context.stderr('Nothing was deleted.\n')
      return EXIT.failed
    }
  }
  // An app that starts meanwhile would write what is being deleted.
  const lock = takeKernelLock(dataPaths(context.appFolder).lock)
  if (lock.state === 'held') return refuse(context)
  try {
    const problems: string[] = []
    const deleted = records.map(({ what, files }) => ({
      what,
      files: files.filter(({ path }) => isRemoved(path, problems)),
    }))
    return report(
      deleted.filter(({ files }) => files.length > 0),
      problems,
      isJson,
      context,
    )
  } finally {
    if (lock.state === 'taken') lock.release()
  }
}

function refuse({ stderr }: CommandContext): ExitCode {
  stderr('studio-monitor: clear: Studio runs, and writes these records: end it first\n')
  return EXIT.failed
}

function isRemoved(file: string, problems: string[]): boolean {
  try {
    rmSync(file, { force: true })
    return true
  } catch (error) {
    problems.push(`${file} could not be deleted: ${errorMessage(error)}`)
    return false
  }
}

/** @param deleted what has been; empty where nothing was */
function report(
  deleted: readonly RecordGroup[],
  problems: readonly string[],
  isJson: boolean,
  { stdout, stderr }: CommandContext,
): ExitCode {
  for (const problem of problems) stderr(`studio-monitor: clear: ${problem}\n`)
  if (isJson) {
    const kinds = deleted.map(({ what, files }) => ({ what, files: files.length, bytes: bytesOf(files) }))
    stdout(`${terminalJson({ deleted: kinds, problems })}\n`)
  } else if (deleted.length > 0) stdout(`Deleted: ${total(deleted)}.\n`)
  else stdout(problems.length > 0 ? 'Nothing was deleted.\n' : 'There is nothing to delete.\n')
  return problems.length === 0 ? EXIT.ok : EXIT.failed
}

function listed(records: readonly RecordGroup[]): string {
  return records
    .map(({ what, files }) => `  ${what}: ${count(files.length)}, ${size(bytesOf(files))}\n`)
    .join('')
}

function total(records: readonly RecordGroup[]): string {
  const files = records.flatMap((group) => group.files)
  return `${count(files.length)}, ${size(bytesOf(files))}`
}

function bytesOf(files: readonly RecordFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0)
}

function count(files: number): string {
  return `${files} ${files === 1 ? 'file' : 'files'}`
}
