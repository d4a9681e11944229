import { lstatSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { size } from '../../../common/output/units'
import { dataPaths } from '../../../common/storage/data-folder'
import { errorMessage } from '../../../common/storage/errors'
import type { Profile } from '../../profiling/profile'
import { readPprofFile } from '../../profiling/read-pprof-file'
import type { Incident } from '../../records/incidents/incident'
import type { FailedJob } from '../../records/jobs/failed-job'
import { terminalText } from '../terminal-text'
import { graphsOf } from './flame-section'
import { incidentBody } from './incident-page'
import { profileBody } from './profile-page'
import { pageOf, pageScript } from './shell'

/** An incident's profiles in the order in which they are shown; an engine has both in one file. */
const PROFILES = ['heap', 'cpu'] as const

/** The page of an incident, with the graphs of the profiles that are still there. */
export function incidentPage(
  dataFolder: string,
  incident: Incident,
  failedJobs: readonly FailedJob[],
  script = pageScript(),
): string {
  const problems: string[] = []
  const names = [...new Set(PROFILES.map((kind) => incident.profiles[kind]))].filter((name) => name !== null)
  const graphs = names.flatMap((name) => {
    try {
      // A name comes from a record on disk, and must not lead outside.
      const file = path.join(dataPaths(dataFolder).profiles, path.basename(name))
      // Nor by a link.
      return graphsOf(readPprofFile(file, { stat: lstatSync }))
    } catch (error) {
      problems.push(`The profile ${name} could not be shown: ${errorMessage(error)}`)
      return []
    }
  })
  return pageOf(`Incident ${incident.id}`, incidentBody({ incident, failedJobs, graphs, problems }), script)
}

/** The page of any pprof. */
export function profilePage(profile: Profile, name: string, script = pageScript()): string {
  return pageOf(name, profileBody(profile, name), script)
}

/**
 * Writes a page over what is there; a new file is readable by its owner alone.
 * @returns what to tell: the whole path and the size, a line
 * @throws the system's error
 */
export function writePage(file: string, page: string): string {
  const whole = path.resolve(file)
  writeFileSync(whole, page, { mode: 0o600 })
  return `${terminalText(`Written: ${whole} (${size(Buffer.byteLength(page))}). Any browser shows it.`)}\n`
}
