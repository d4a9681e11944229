import { app } from 'electron'
import { scrub } from '../../../common/privacy/scrubber'
import { sendGate } from '../../../common/privacy/send-gate'
import { ownStart } from '../../../common/process/own-start'
import { dataPaths } from '../../../common/storage/data-folder'
import type { Waiting } from '../../datadog/metrics/waiting'
import type { Log } from '../../logging/log'
import { describeWay } from '../../settings/sending-way'
import { settings, way } from '../../startup/tracer'
import { describeSilence } from '../consent-keeper'
import { StatusFile, type StatusNow } from './status-file'

export interface StatusSource {
  readonly dataFolder: string
  readonly log: Pick<Log, 'warn'>
  readonly status: () => Omit<StatusNow, 'consent' | 'way' | 'unsent'> & { readonly records: Waiting }
}

/** Opens `status.json` of this app and its session. */
export function openStatusFile({ dataFolder, log, status }: StatusSource): StatusFile {
  return new StatusFile({
    path: dataPaths(dataFolder).status,
    app: {
      pid: process.pid,
      name: app.getName(),
      version: app.getVersion(),
      electron: process.versions.electron ?? '',
      startedAt: new Date(ownStart()).toISOString(),
    },
    now: Date.now,
    status: () => {
      const { records, ...rest } = status()
      return {
        ...rest,
        consent: settings.STUDIO_SEND ? sendGate.consent : 'denied',
        way: describeSilence() ?? describeWay(way),
        unsent: {
          jobs: records.job.length,
          incidents: records.incident.length,
          profiles: records.profile.length,
        },
      }
    },
    scrub,
    log,
  })
}
