import { closeSync, existsSync, openSync, rmSync } from 'node:fs'
import path from 'node:path'
import { zipSync } from 'fflate'
import { size } from '../../../common/output/units'
import { errorCode } from '../../../common/storage/errors'
import { writeFully } from '../../../common/storage/write-fully'
import { type CommandContext, EXIT, type ExitCode } from '../context'
import { printProblems } from '../print-list'
import { terminalText } from '../terminal-text'
import { type ExportSource, exportContents } from './contents'

/**
 * Writes an incident with all that belongs to it into one zip. A file that is there stays: it may be another's.
 * @param file its name; `null` for one of ours in the working folder
 * @throws the system's error where it cannot be written
 */
export async function exportIncident(
  file: string | null,
  source: ExportSource,
  context: Pick<CommandContext, 'stdout' | 'stderr'>,
): Promise<ExitCode> {
  const whole = path.resolve(file ?? `incident-${source.incident.id}.zip`)
  const refuse = () => {
    context.stderr(`studio-monitor: incidents: ${terminalText(whole)} is there already: name another file\n`)
    return EXIT.failed
  }
  // Looked at now, doctor takes seconds; and again when it is made.
  if (existsSync(whole)) return refuse()
  const { files, problems } = await exportContents(source)
  printProblems(context as CommandContext, problems)
  const width = Math.max(...files.map(({ name }) => name.length))
  const rows = files.map(
    ({ name, what, bytes }) => `  ${terminalText(name).padEnd(width)}  ${what} (${size(bytes.length)})\n`,
  )
  context.stdout(`The archive has, without secrets and your home folder's name:\n${rows.join('')}`)
  const zip = zipSync(
    Object.fromEntries(
      // What is compressed already is stored.
      files.map(({ name, bytes }) => [name, [bytes, { level: name.endsWith('.pprof') ? 0 : 6 }]]),
    ),
    { mtime: new Date(source.now) },
  )
  try {
    write(whole, zip)
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return refuse()
    throw error
  }
  context.stdout(
    `${terminalText(`Written: ${whole} (${size(zip.length)}). Look into it before you send it on.`)}\n`,
  )
  return EXIT.ok
}

/** Makes a file that its owner alone can read; half of one is taken away again. */
function write(file: string, bytes: Uint8Array): void {
  const fd = openSync(file, 'wx', 0o600)
  try {
    writeFully(fd, bytes)
  } catch (error) {
    rmSync(file, { force: true })
    throw error
  } finally {
    closeSync(fd)
  }
}
