import { expect, it } from 'vitest'
import { answered, isDenied } from '../../../common/privacy/consent'
import { incidentId } from '../incidents/build-incident'
import { isHeapWithheld, isIncidentWithheld, isJobWithheld, isSetWithheld } from './withheld'

const at = (time: string) => `2026-11-23T${time}.000Z`
const ms = (time: string) => Date.parse(at(time))
const periods = answered(answered([], 'denied', ms('12:00:00')), 'granted', ms('13:00:00'))
const denials = { isWithheld: (from: number, to = from) => isDenied(periods, from, to) }

it.each([
  ['before', null, '11:00:00', '11:59:59', false],
  ['began before, failed within', null, '11:00:00', '12:30:00', true],
  ['began within, failed after', null, '12:30:00', '14:00:00', true],
  ['waited within, ran after', '12:59:00', '13:30:00', '14:00:00', true],
  ['after', '13:00:01', '13:00:02', '13:00:03', false],
])('a job that %s', (_, queued, started, failed, expected) => {
  const job = { queuedAt: queued && at(queued), startedAt: at(started), failedAt: at(failed) }
  expect(isJobWithheld(job, denials)).toBe(expected)
})

it('an incident, by its time', () => {
  const withheld = ['11:59:59', '12:00:00', '12:59:59', '13:00:01'].map((time) =>
    isIncidentWithheld(incidentId(ms(time), 0.5), denials),
  )
  expect(withheld).toEqual([false, true, true, false])
})

it('profiles that were taken in part while it was denied, and a heap that still has something of that time', () => {
  const set = (run: string, start: string, end: string) => ({ run, start: at(start), end: at(end) })
  const earlier = set('20261123T115900Z-7', '13:30:00', '13:31:00')
  const fresh = set('20261123T131500Z-7', '13:30:00', '13:31:00')
  const across = set('20261123T115900Z-7', '12:59:30', '13:00:30')
  expect([earlier, fresh, across].map((one) => isSetWithheld(one, denials))).toEqual([false, false, true])
  expect([earlier, fresh, across].map((one) => isHeapWithheld(one, denials))).toEqual([true, false, true])
  expect(isHeapWithheld(set('unknown', '13:30:00', '13:31:00'), denials)).toBe(true)
})
