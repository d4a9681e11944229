import { lstatSync } from 'node:fs'
import path from 'node:path'
import { scrubFields } from '../../../common/privacy/scrub-fields'
import { scrub } from '../../../common/privacy/scrubber'
import { dataPaths } from '../../../common/storage/data-folder'
import { errorMessage } from '../../../common/storage/errors'
import { readRegularFile } from '../../../common/storage/regular-file'
import { scrubStrings } from '../../profiling/scrub-strings'
import type { Incident } from '../../records/incidents/incident'
import type { FailedJob } from '../../records/jobs/failed-job'
import { MAX_PROFILE_BYTES } from '../../records/profiles/profile-folder'
import { incidentReport } from '../incident-report'
import { newestLines } from '../logs/read-log'
import { LOG_SOURCES } from '../logs/source'
import { incidentPage } from '../page/write-page'
import { paint } from '../terminal-text'

/** The log's time before and after the incident, in milliseconds. */
const LOG_BEFORE_MS = 5 * 60_000
const LOG_AFTER_MS = 2 * 60_000

/** A file of the archive. */
export interface ExportedFile {
  readonly name: string
  /** The content in a few words. */
  readonly what: string
  readonly bytes: Uint8Array
}

export interface ExportSource {
  readonly dataFolder: string
  readonly incident: Incident
  readonly failedJobs: readonly FailedJob[]
  /** Asks doctor; it looks at this machine as it is now. */
  readonly doctor: () => Promise<unknown>
  readonly now: number
  /** The page's script. */
  readonly script?: string
}

/** The files of an incident's archive, without secrets and without the home folder, and what could not be had, a line each. */
export async function exportContents({
  dataFolder,
  incident,
  failedJobs,
  doctor,
  now,
  script,
}: ExportSource): Promise<{ readonly files: readonly ExportedFile[]; readonly problems: readonly string[] }> {
  const problems: string[] = []
  const lost = failedJobs.filter(({ incidentId }) => incidentId === incident.id)
  const report = incidentReport(incident, failedJobs, {
    now,
    columns: Number.POSITIVE_INFINITY,
    paint: paint(false),
  })
  const files = [
    text(
      'incident.html',
      'all of it to look at, in any browser',
      incidentPage(dataFolder, incident, failedJobs, script),
    ),
    text('incident.txt', 'the same as text', scrub(report)),
    text('incident.json', 'the record', json(incident)),
    ...(lost.length === 0 ? [] : [text('jobs.json', `the ${lost.length} jobs lost with it`, json(lost))]),
    ...(await profiles(dataFolder, incident, problems)),
    ...logs(dataFolder, incident, problems),
  ]
  try {
    files.push(text('doctor.json', 'what doctor says of this machine, now', json(await doctor())))
  } catch (error) {
    problems.push(`what doctor says is left out: ${errorMessage(error)}`)
  }
  return { files, problems }
}

function text(name: string, what: string, content: string): ExportedFile {
  return { name, what, bytes: Buffer.from(content) }
}

function json(value: unknown): string {
  return `${JSON.stringify(scrubFields(value, scrub), null, 2)}\n`
}

async function profiles(
  dataFolder: string,
  { profiles: named }: Incident,
  problems: string[],
): Promise<ExportedFile[]> {
  const files: ExportedFile[] = []
  for (const name of new Set(Object.values(named).filter((file) => file != null))) {
    try {
      // A name comes from a record on disk, and must not lead outside.
      const own = path.basename(name)
      const file = path.join(dataPaths(dataFolder).profiles, own)
      // Nor by a link.
      const bytes = await scrubStrings(readRegularFile(file, MAX_PROFILE_BYTES, lstatSync), scrub)
      if (bytes === null)
        problems.push(`the profile ${name} is left out: it cannot be read, nor cleared of secrets`)
      else files.push({ name: `profiles/${own}`, what: 'a profile, for any pprof viewer', bytes })
    } catch (error) {
      problems.push(`the profile ${name} is left out: ${errorMessage(error)}`)
    }
  }
  return files
}

function logs(dataFolder: string, { at }: Incident, problems: string[]): ExportedFile[] {
  const since = Date.parse(at) - LOG_BEFORE_MS
  const until = Date.parse(at) + LOG_AFTER_MS
  return LOG_SOURCES.flatMap((source) => {
    const found = newestLines(
      dataFolder,
      { sources: [source], limit: null },
      (_line, near) => near >= since && near <= until,
    )
    problems.push(...found.problems)
    const lines = found.lines.map(({ raw }) => `${scrub(raw)}\n`).join('')
    return lines === ''
      ? []
      : [text(`logs/${source}.jsonl`, `the ${source}'s log, from 5 minutes before it to 2 after`, lines)]
  })
}
