import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../records/jobs/testing/temporary-folder'
import { writeEffectiveSettings } from '../settings/effective-settings'
import { siteOf, traceUrl } from './trace-url'

/** A data folder whose app has written down that site; `null` where none has. */
function folderOfApp(site: string | null): string {
  const folder = temporaryFolder()
  if (site === null) return folder
  writeEffectiveSettings(join(folder, 'effective-settings.json'), {
    at: '2026-11-23T20:15:00.000Z',
    pid: 1,
    settings: [{ name: 'DD_SITE', value: site, origin: 'user-file' }],
    problems: [],
  })
  return folder
}

it.each([
  ["the app's own", 'us5.datadoghq.com', 'datadoghq.eu', 'us5.datadoghq.com'],
  ['else the one of this shell', null, 'datadoghq.eu', 'datadoghq.eu'],
  ['where the app has written none that can be one', '<redacted>', 'datadoghq.eu', 'datadoghq.eu'],
  ['that is none', null, 'javascript:alert(1)', 'datadoghq.com'],
  ['not named at all', null, undefined, 'datadoghq.com'],
])('the site is %s', (_, ofApp, fromShell, site) => {
  expect(siteOf(folderOfApp(ofApp), { DD_SITE: fromShell })).toBe(site)
})

it('a file that is damaged names no site', () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'effective-settings.json'), '{')
  expect(siteOf(folder, {})).toBe('datadoghq.com')
})

it.each([
  ['datadoghq.com', 'https://app.datadoghq.com/apm/trace/0af7'],
  ['datadoghq.eu', 'https://app.datadoghq.eu/apm/trace/0af7'],
  ['us3.datadoghq.com', 'https://us3.datadoghq.com/apm/trace/0af7'],
])('a trace of %s is at %s', (site, url) => {
  expect(traceUrl('0af7', site)).toBe(url)
})
