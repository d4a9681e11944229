import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { expect, test } from '../support/app/test'
import { packedApp } from '../support/packed-app'

/** An enabled fuse on the fuse wire: the character 1. */
const ENABLED = 0x31

const WANTED = {
  RunAsNode: false,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  // It would ask for the keychain, for cookies that an app without windows does not have.
  EnableCookieEncryption: false,
  GrantFileProtocolExtraPrivileges: false,
} as const

test('the fuses of the packed binary are as they should be', async () => {
  const wire = await getCurrentFuseWire(packedApp().executable)
  const states = Object.keys(WANTED).map((name) => {
    const state: number | undefined = wire[FuseV1Options[name as keyof typeof WANTED]]
    return [name, state === ENABLED]
  })
  expect(Object.fromEntries(states)).toEqual(WANTED)
})
