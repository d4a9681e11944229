import { expect, it } from 'vitest'
import manifest from '../../../package.json' with { type: 'json' }
import { OLDEST_ELECTRON, tooOldElectron } from './electron-version'

it('is said in one line with both versions', () => {
  expect(tooOldElectron('27.3.10')).toMatch(/^[^\n]*Electron 31 or newer, and this is 27\.3\.10: [^\n]*$/)
  expect(tooOldElectron('30.5.1')).not.toBeNull()
})

it.each(['31.0.0', '31.3.1', '45.0.0-nightly.20260821', '100.0.0', undefined, 'custom'])(
  'is not said of %s',
  (version) => {
    expect(tooOldElectron(version)).toBeNull()
  },
)

it('is what the package asks for', () => {
  expect(manifest.peerDependencies.electron).toBe(`>=${OLDEST_ELECTRON}`)
})
