import { describe, expect, it } from 'vitest'
import { electronSupport } from './electron-support'

const DAY = Date.parse('2026-12-01T12:00:00Z')
const LATER = Date.parse('2029-01-01T00:00:00Z')

describe('the security support of an Electron', () => {
  it.each(['31.7.7', '33.2.1', '40.10.6'])('%s: has ended on a day that is named, on any day', (version) => {
    for (const now of [DAY, LATER]) {
      const { state, told } = electronSupport(version, now)
      expect(state).toBe('ended')
      expect(told).toMatch(/^Electron \d\d has had no security support since 202\d-\d\d-\d\d: /)
    }
  })

  it.each(['4.2.12', '41.9.0', '42.0.0'])('%s: has ended, and no day is made up', (version) => {
    expect(electronSupport(version, LATER)).toMatchObject({
      state: 'ended',
      told: expect.stringContaining('since before 2026-12-01'),
    })
  })

  it.each(['43.0.0', '45.4.1'])(
    '%s: is there until the day of the table, and not claimed after it',
    (version) => {
      expect(electronSupport(version, DAY)).toMatchObject({ state: 'supported' })
      expect(electronSupport(version, LATER)).toMatchObject({
        state: 'unknown',
        told: 'security support: yes on 2026-12-01; not known since',
      })
    },
  )

  it.each(['46.0.0', '', 'nightly'])('%j: is not known', (version) => {
    for (const now of [DAY, LATER]) expect(electronSupport(version, now).state).toBe('unknown')
  })
})
