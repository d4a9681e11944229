import { size } from '../../../common/output/units'
import type { StatusRecord } from '../../records/status/status-record'
import { type Finding, ok } from './check'

/**
 * Tells of the spare process and what it costs.
 * @param isOn `STUDIO_STANDBY` as it is read here
 * @param running the record of the app that runs; `null` where none does, or has told yet
 */
export function checkStandby(isOn: boolean, running: Pick<StatusRecord, 'standby'> | null): Finding {
  if (!running)
    return ok(
      isOn
        ? 'on: one is made once the backend runs'
        : 'off: STUDIO_STANDBY=true has one wait for the next death',
    )
  const { standby } = running
  if (!standby) return ok('off in the app that runs')
  const { pid, residentBytes, why } = standby
  if (pid !== null && residentBytes !== null)
    return ok(
      `on: process ${pid} waits, with ${size(residentBytes)} resident when it had loaded, part of it shared with the app's other processes`,
    )
  return ok(why === null ? 'on: none waits yet' : `on, and none waits: ${why}`)
}
