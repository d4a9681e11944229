import path from 'node:path'
import { Packager } from 'electron-builder'
import { beforeAll, describe, expect, it } from 'vitest'

const ROOT = path.join(__dirname, '../..')

let packager: Packager

// `build` begins like this: the configuration is checked against electron-builder's schema, and package.json
// is read.
beforeAll(async () => {
  packager = new Packager({ projectDir: ROOT, config: { extends: 'electron-builder.yml' } })
  await packager.validateConfig()
}, 30_000)

describe('what the installers are made of', () => {
  it('names who made it and where it comes from: the deb is not made without, and Windows shows it', () => {
    expect(packager.metadata).toMatchObject({
      author: { name: 'Hanzo AI', email: expect.stringMatching(/^\S+@\S+$/) },
      homepage: expect.stringMatching(/^https:/),
      repository: { type: 'git', url: expect.stringContaining('github.com') },
      license: 'MIT',
    })
    expect(packager.metadata.description).not.toBe('')
  })

  it('is called the same everywhere, after platform and architecture, and needs no quotes', () => {
    const { artifactName, ...config } = packager.config
    expect(artifactName).toMatch(/^[^ ]*\$\{os\}-\$\{arch\}\.\$\{ext\}$/)
    for (const target of [config.nsis, config.dmg, config.deb, config.appImage]) {
      expect(target?.artifactName).toBeUndefined()
    }
  })

  it('is for the architecture that it is made on, whose code cache is in it', () => {
    const { win, mac, linux } = packager.config
    const targets = [win, mac, linux].flatMap((platform) => platform?.target ?? [])
    expect(targets).toEqual(['nsis', 'dmg', 'zip', 'AppImage', 'deb'])
  })

  it('holds no file for an updater that it does not have', () => {
    expect(packager.config.publish).toBeNull()
  })
})
