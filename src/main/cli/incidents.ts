import { dataPaths } from '../../common/storage/data-folder'
import type { Incident } from '../records/incidents/incident'
import { incidentById, incidentIds, newestIncidents } from '../records/incidents/newest-incident'
import { readIncidents } from '../records/incidents/read-incidents'
import { readJobsWith } from '../records/jobs/newest-jobs'
import { readJobs } from '../records/jobs/read-only'
import { type CommandContext, EXIT, type ExitCode } from './context'
import { EXPORT_OPTION_HELP, takeExportOption } from './export/export-option'
import type { FileWanted } from './file-option'
import { findById } from './find-id'
import { filesVersion } from './folder-version'
import { followList } from './follow-list'
import { incidentReport } from './incident-report'
import { incidentLine, incidentsTable } from './incidents-table'
import { LIST_OPTIONS_HELP, type ListOptions, mostShown, parseListOptions } from './list-options'
import { UsageError } from './options'
import { incidentPage, writePage } from './page/write-page'
import { PAGE_OPTION_HELP, takePageOption } from './page-option'
import { printList, printProblems } from './print-list'
import { paint, terminalJson } from './terminal-text'

/** Most candidates listed for an id that matches none or several. */
const CANDIDATES = 5

const HELP = `incidents: the deaths of the Studio backend, newest first, or one in full

  incidents [--since TIME] [--limit N] [--follow] [--json]
  incidents ID [--json]     the beginning of an id is enough if no other begins so,
                            or its last 4 characters; last is the newest
  incidents [ID] --html [FILE]
  incidents [ID] --export [FILE]

${PAGE_OPTION_HELP}${EXPORT_OPTION_HELP}${LIST_OPTIONS_HELP}
--json prints an array of the records as incidents/*.json hold them, newest first;
with ID the one record.
Exit code: 0 shown, also when there are none; 1 the record could not be read, or
the ID fits no incident or several; 2 wrong arguments.
`

export async function incidents(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const { wanted: archive, rest: others } = takeExportOption(args)
  const { wanted: page, rest } = takePageOption(others)
  const options = parseListOptions(rest, context.now, [], ['export', 'html'])
  const [word, second] = options.words
  const id = word ?? (page === null && archive === null ? undefined : 'last')
  if (second !== undefined) throw new UsageError(`one ID at a time, not also ${JSON.stringify(second)}`)
  if (id !== undefined && !options.help) return printOne(id, context, options, page, archive)
  const read = () => {
    const { incidents: records, problems } = readIncidents(context.dataFolder)
    return { records, problems }
  }
  if (options.follow && !options.help) {
    await followList(context, options, {
      read,
      version: () => filesVersion([dataPaths(context.dataFolder).incidents]),
      keyOf: (incident) => incident.id,
      at: ({ at }) => at,
      line: incidentLine,
    })
    return EXIT.ok
  }
  return printList(context, options, {
    help: HELP,
    read: () => newestOnly(context.dataFolder, options) ?? read(),
    at: ({ at }) => at,
    none: 'No incidents',
    table: (records, colours) => incidentsTable(records, { ...context, paint: colours }),
  })
}

async function printOne(
  id: string,
  context: CommandContext,
  { json, since, limit, follow }: ListOptions,
  page: FileWanted | null,
  archive: FileWanted | null,
): Promise<ExitCode> {
  if (archive !== null && (json || page !== null))
    throw new UsageError('either --export, --html or --json, not two of them')
  if (page !== null && json) throw new UsageError('either --html or --json, not both')
  if (since !== null || limit !== null || follow)
    throw new UsageError('--since, --limit and --follow are for the list, not for one ID')
  const { records, problems } = candidates(context.dataFolder, id)
  const found = findById(records, id)
  if ('candidates' in found) {
    printProblems(context, [...problems, misfit(id, found.candidates, records)])
    return EXIT.failed
  }
  if (json) {
    context.stdout(`${terminalJson(found.one)}\n`)
    return EXIT.ok
  }
  const lost = readJobsWith(context.dataFolder, found.one.id)
  const jobs = lost ? { jobs: lost, problems: [] } : readJobs(context.dataFolder)
  printProblems(context, jobs.problems)
  if (archive !== null) {
    const { incident, failedJobs } = { incident: found.one, failedJobs: jobs.jobs }
    const doctor = async () => (await import('./doctor')).doctorJson(context)
    const { exportIncident } = await import('./export/export-incident')
    const { dataFolder, now } = context
    return exportIncident(archive.file, { dataFolder, incident, failedJobs, doctor, now }, context)
  }
  if (page !== null) {
    const file = page.file ?? `incident-${found.one.id}.html`
    context.stdout(writePage(file, incidentPage(context.dataFolder, found.one, jobs.jobs)))
    return EXIT.ok
  }
  context.stdout(incidentReport(found.one, jobs.jobs, { ...context, paint: paint(context.color) }))
  return EXIT.ok
}

/** The newest alone, where more are on record than are shown; `null` where all have to be read. */
function newestOnly(dataFolder: string, options: ListOptions) {
  const most = options.since === null ? mostShown(options) : null
  const found = most === null ? null : newestIncidents(dataFolder, most)
  return found && { ...found, problems: [] }
}

/** The one that an id names, where their files' names tell it; else all that can be read. */
function candidates(dataFolder: string, id: string) {
  const ids = incidentIds(dataFolder).map((known) => ({ id: known }))
  const named = findById(ids, id)
  const one = 'one' in named ? incidentById(dataFolder, named.one.id) : null
  if (one !== null) return { records: [one], problems: [] }
  const { incidents: records, problems } = readIncidents(dataFolder)
  return { records, problems }
}

function misfit(id: string, fitting: readonly Incident[], all: readonly Incident[]): string {
  const quoted = JSON.stringify(id)
  if (fitting.length > 1) {
    return `${fitting.length} incidents fit ${quoted}: ${newest(fitting)}`
  }
  if (all.length === 0) return `no incident ${quoted}: there are none on record`
  return `no incident begins or ends with ${quoted}: the newest are ${newest(all)}`
}

function newest(records: readonly Incident[]): string {
  const named = records
    .slice(-CANDIDATES)
    .toReversed()
    .map((incident) => incident.id)
  const left = records.length - named.length
  return named.join(', ') + (left > 0 ? ` and ${left} more` : '')
}
