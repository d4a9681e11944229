import path from 'node:path'
import { errorMessage } from '../../common/storage/errors'
import type { Profile } from '../profiling/profile'
import { type Ranking, rankFunctions } from '../profiling/rank'
import { PprofError } from '../profiling/read-pprof'
import { readPprofFile } from '../profiling/read-pprof-file'
import { type CommandContext, EXIT, type ExitCode } from './context'
import type { FileWanted } from './file-option'
import { UsageError } from './options'
import { profilePage, writePage } from './page/write-page'
import { PAGE_OPTION_HELP, takePageOption } from './page-option'
import { printProblems } from './print-list'
import { paint, terminalJson } from './terminal-text'
import { DEFAULT_LIMIT, parseTopOptions, TOP_OPTIONS_HELP, type TopOptions } from './top-options'
import { topReport } from './top-report'
import { findProfile, NothingThere, type TopSource } from './top-source'

const HELP = `top: the functions that hold most memory, or take most time, in a profile

  top [--cpu]           the newest incident's profile, else the newest one taken
  top INCIDENT [--cpu]  an id, its beginning or its last 4 characters, or last
  top FILE              any pprof: of this app, dd-trace, Go, from perf, ...

  top ... --html [FILE]

SELF is what a function used itself, CUMULATIVE with all that it called.

${PAGE_OPTION_HELP}${TOP_OPTIONS_HELP}
--json prints one object: file, incident, sampleType, sampleTypes, total,
samples, period, time, durationMs, by, and functions with function, file, line,
self, cumulative and share (of the total, 0 to 1); null without a profile.
Exit code: 0 shown, also when there is no profile; 1 what was asked for is not
there or could not be read; 2 wrong arguments, or the file is no pprof.
`

export async function top(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const { wanted: page, rest } = takePageOption(args)
  const options = parseTopOptions(rest)
  if (page !== null && options.json) throw new UsageError('either --html or --json, not both')
  if (options.help) {
    context.stdout(HELP)
    return EXIT.ok
  }
  const fail = (line: string, code: ExitCode) => {
    printProblems(context, [`top: ${line}`])
    return code
  }
  let source: TopSource | null = null
  try {
    source = findProfile(context.dataFolder, options)
    if (source === null) {
      context.stdout(options.json ? 'null\n' : `No ${options.cpu ? 'CPU ' : ''}profiles on record.\n`)
      return EXIT.ok
    }
    const profile = readPprofFile(source.file)
    if (page === null) print(source, profile, options, context)
    else context.stdout(writeProfile(source, profile, page))
    return EXIT.ok
  } catch (error) {
    if (error instanceof UsageError) throw error
    const where = source === null || error instanceof NothingThere ? '' : `${source.file}: `
    return fail(where + errorMessage(error), error instanceof PprofError ? EXIT.usage : EXIT.failed)
  }
}

function writeProfile({ file }: TopSource, profile: Profile, page: FileWanted): string {
  const name = path.basename(file)
  return writePage(page.file ?? `${name}.html`, profilePage(profile, name))
}

function print(source: TopSource, profile: Profile, options: TopOptions, context: CommandContext): void {
  const type =
    options.sampleType === null ? typeWanted(profile, options) : typeNamed(profile, options.sampleType)
  const ranking = rankFunctions(profile, type, options.by)
  if (options.json) {
    context.stdout(`${terminalJson(asJson(source, profile, type, ranking, options))}\n`)
    return
  }
  const report = { source, profile, type, ranking, limit: options.limit ?? DEFAULT_LIMIT }
  context.stdout(topReport(report, { ...context, paint: paint(context.color) }))
}

/** The profile's own default; its time where that was asked for and it has both. */
function typeWanted({ sampleTypes, defaultType }: Profile, { cpu }: TopOptions): number {
  const time = cpu ? sampleTypes.findIndex(({ type }) => type === 'wall-time') : -1
  return time === -1 ? defaultType : time
}

/**
 * The index of a sample type.
 * @throws {UsageError} if the profile has none of that name
 */
function typeNamed({ sampleTypes }: Profile, name: string): number {
  const index = sampleTypes.findIndex(({ type }) => type === name)
  if (index !== -1) return index
  const known = sampleTypes.map(({ type }) => type).join(', ')
  throw new UsageError(`the profile has no sample type ${JSON.stringify(name)}: it has ${known}`)
}

function asJson(
  { file, incident }: TopSource,
  { sampleTypes, period, time, durationMs, stacks }: Profile,
  type: number,
  { total, functions }: Ranking,
  { by, limit }: TopOptions,
) {
  return {
    file,
    incident: incident && { id: incident.id, at: incident.at, cause: incident.cause },
    sampleType: sampleTypes[type],
    sampleTypes,
    total,
    samples: stacks.length,
    period,
    time: time === null ? null : new Date(time).toISOString(),
    durationMs,
    by,
    functions: functions.slice(0, limit ?? functions.length),
  }
}
