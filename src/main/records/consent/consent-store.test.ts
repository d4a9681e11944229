import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ConsentPeriod } from '../../../common/privacy/consent'
import { dataPaths } from '../../../common/storage/data-folder'
import { temporaryFolder as newFolder } from '../jobs/testing/temporary-folder'
import { keepConsent, readConsent, setConsentAside } from './consent-store'

const PERIODS: readonly ConsentPeriod[] = [
  { state: 'denied', from: 10, to: 20 },
  { state: 'pending', from: 30, to: null },
]

describe('the answers of earlier runs', () => {
  it('are read as they were written', () => {
    const folder = newFolder()
    expect(keepConsent(folder, 'pending', PERIODS)).toBeNull()
    expect(readConsent(folder, 99)).toEqual({ consent: 'pending', periods: PERIODS, damage: null })
  })

  it('make no file where all was always granted', () => {
    const folder = newFolder()
    expect(keepConsent(folder, 'granted', [])).toBeNull()
    expect(readdirSync(folder)).toEqual([])
    expect(readConsent(folder, 99)).toEqual({ consent: null, periods: [], damage: null })
  })

  it.each([
    ['empty', ''],
    ['cut off', '{"schema":1,"consent":"denied","peri'],
    ['of another kind', '{"schema":1,"consent":"maybe","periods":[]}'],
    ['not a time', '{"schema":1,"consent":"denied","periods":[{"state":"denied","from":-1,"to":null}]}'],
    ['of a newer version', '{"schema":2,"consent":"granted","periods":[]}'],
  ])('count as denied until now where they cannot be read: %s', (_, text) => {
    const folder = newFolder()
    writeFileSync(dataPaths(folder).consent, text)
    const read = readConsent(folder, 99)
    expect(read).toMatchObject({ consent: null, periods: [{ state: 'denied', from: 0, to: 99 }] })
    expect(read.damage).toMatch(/^consent\.json was damaged \(.+\): nothing that was recorded before 1970/)
    setConsentAside(folder, 99)
    expect(keepConsent(folder, 'granted', read.periods)).toBeNull()
    expect(readdirSync(folder).sort()).toEqual([
      'consent.json',
      expect.stringMatching(/^consent\.json\.damaged-/),
    ])
  })

  it('a folder in its place is set aside too', () => {
    const folder = newFolder()
    mkdirSync(dataPaths(folder).consent)
    expect(readConsent(folder, 99).damage).toContain('it is not a regular file')
    setConsentAside(folder, 99)
    expect(keepConsent(folder, 'denied', PERIODS)).toBeNull()
    expect(JSON.parse(readFileSync(dataPaths(folder).consent, 'utf8'))).toMatchObject({ consent: 'denied' })
  })

  it('say why the disk does not take them', () => {
    expect(keepConsent('/nowhere/at/all', 'denied', PERIODS)).toMatch(/ENOENT/)
  })
})
