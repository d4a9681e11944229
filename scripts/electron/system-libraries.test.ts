import { expect, test } from 'vitest'
import { debianRelease, packagesFor } from './debian-packages.mjs'
import { missingLibraries, planFor } from './system-libraries.mjs'

const LDD = `	linux-vdso.so.1 (0x00007ffd)
	libffmpeg.so => /opt/electron/libffmpeg.so (0x00007f)
	libgtk-3.so.0 => not found
	libasound.so.2 => not found
	libgtk-3.so.0 => not found
	libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f)
`
const BOOKWORM = 'NAME="Debian GNU/Linux"\nVERSION_CODENAME=bookworm\nID=debian\n'
const TRIXIE = 'VERSION_CODENAME=trixie\nID=debian\n'
const NOBLE = 'ID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=noble\nUBUNTU_CODENAME=noble\n'
const JAMMY = 'ID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=jammy\nUBUNTU_CODENAME=jammy\n'
const MINT = 'ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_CODENAME=wilma\nUBUNTU_CODENAME=noble\n'
const LMDE = 'ID=linuxmint\nID_LIKE=debian\nVERSION_CODENAME=faye\nDEBIAN_CODENAME=bookworm\n'
const FEDORA = 'ID=fedora\nVERSION_CODENAME=""\n'

test('what the loader does not find is read once each', () => {
  expect(missingLibraries(LDD)).toEqual(['libgtk-3.so.0', 'libasound.so.2'])
  expect(missingLibraries('\tnot a dynamic executable\n')).toEqual([])
})

test.each([
  ['Debian 12', BOOKWORM, { isDebian: true, hasT64: false }],
  ['Debian 13', TRIXIE, { isDebian: true, hasT64: true }],
  ['Debian sid, which has no codename', 'ID=debian\n', { isDebian: true, hasT64: true }],
  ['Ubuntu 22.04', JAMMY, { isDebian: true, hasT64: false }],
  ['Ubuntu 24.04', NOBLE, { isDebian: true, hasT64: true }],
  ['Mint on Ubuntu 24.04', MINT, { isDebian: true, hasT64: true }],
  ['Mint on Debian 12', LMDE, { isDebian: true, hasT64: false }],
  ['Fedora', FEDORA, { isDebian: false, hasT64: false }],
  ['nothing', '', { isDebian: false, hasT64: false }],
])('%s', (_, osRelease, expected) => {
  expect(debianRelease(osRelease)).toEqual(expected)
})

test('libraries become packages, each once, under the name of that release', () => {
  const libraries = ['libnssutil3.so', 'libnss3.so', 'libgtk-3.so.0', 'libgbm.so.1', 'libodd.so.4']
  const old = { packages: ['libgbm1', 'libgtk-3-0', 'libnss3'], unknown: ['libodd.so.4'] }
  expect(packagesFor(libraries, false)).toEqual(old)
  expect(packagesFor(libraries, true).packages).toEqual(['libgbm1', 'libgtk-3-0t64', 'libnss3'])
})

test('the exact command is in the one line', () => {
  const { problem, packages } = planFor(missingLibraries(LDD), NOBLE)
  expect(packages).toEqual(['libasound2t64', 'libgtk-3-0t64'])
  expect(problem).toBe(
    'Electron needs system libraries that are missing: libgtk-3.so.0, libasound.so.2.' +
      ' Run: apt-get update && apt-get install -y libasound2t64 libgtk-3-0t64',
  )
})

test('a library without a known package is named, elsewhere no command is made up', () => {
  const odd = planFor(['libodd.so.4'], BOOKWORM)
  expect(odd.packages).toEqual([])
  expect(odd.problem).toMatch(/no Debian package is known here for libodd\.so\.4/)
  const fedora = planFor(['libgtk-3.so.0'], FEDORA)
  expect(fedora.packages).toEqual([])
  expect(fedora.problem).not.toContain('apt-get')
})
