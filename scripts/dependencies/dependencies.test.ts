import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { lockFileProblems } from './lock-file.mjs'
import { thirdPartyNotices } from './notices.mjs'
import { shippedPackages } from './shipped.mjs'
import { shippedRows } from './tables.mjs'

const root = path.join(__dirname, '../..')
const use = (...files: string[]) => Object.fromEntries(files.map((file) => [file, { bytesInOutput: 1_000 }]))
const imports = (...paths: string[]) => ({
  bytes: 1,
  imports: paths.map((file) => ({ path: file, kind: 'import-statement' as const })),
})
const output = (inputs: Record<string, { bytesInOutput: number }>) => ({
  bytes: 1,
  inputs,
  imports: [],
  exports: [],
})
const CONF = 'node_modules/conf/dist/source/index.js'
const STORE = 'node_modules/electron-store/index.js'
const RETRY = 'node_modules/dd-trace/vendor/dist/retry/index.js'
const METAFILE = {
  inputs: { 'src/main/index.ts': imports(STORE), [STORE]: imports(CONF), [CONF]: imports() },
  outputs: {
    'dist/main/index.cjs': output(use('src/main/index.ts', STORE, CONF, `later:x:${root}/${RETRY}`)),
    'dist/examples/studio-backend.cjs': output(use(CONF, 'node_modules/ws/index.js')),
  },
}

describe('what is shipped', () => {
  it('follows from the bundles: whose it is, who needs it, how much of it', async () => {
    const shipped = await shippedPackages(root, [METAFILE])
    expect(shipped).toMatchObject([
      { name: 'conf', licence: 'MIT', bytes: 2_000, neededBy: ['electron-store'], exampleOnly: false },
      { name: 'retry', licence: 'MIT', inside: 'dd-trace', exampleOnly: false },
      { name: 'electron-store', neededBy: [], inside: null },
      { name: 'ws', exampleOnly: true },
    ])
  })

  it('has its licence texts, and what dd-trace says of those without one', async () => {
    const [conf] = await shippedPackages(root, [METAFILE])
    if (!conf) throw new Error('no package')
    const bare = {
      ...conf,
      name: 'crypto-randomuuid',
      folder: 'node_modules/dd-trace/vendor/dist/crypto-randomuuid',
      inside: 'dd-trace',
    }
    const notices = await thirdPartyNotices(root, [conf, bare])
    expect(notices).toMatch(/conf 15\.\S+ \(MIT\)\n\nMIT License\n\nCopyright \(c\) Sindre Sorhus/)
    expect(notices).toMatch(/crypto-randomuuid, inside dd-trace \S+ \(MIT\)\n\nCopyright .+\. Licence: MIT\./)
    expect(notices).toMatch(
      /gitleaks, whose data ours was made from\n\nMIT License\n\nCopyright \(c\) \d+ Zachary Rice/,
    )
    const unknown = { ...conf, name: 'x', folder: 'scripts/dependencies' }
    await expect(thirdPartyNotices(root, [unknown])).rejects.toThrow(
      'scripts/dependencies has no licence text to ship',
    )
  })

  it('needs a reason when our own code has it', async () => {
    const shipped = await shippedPackages(root, [METAFILE])
    expect(() => shippedRows(shipped, { ws: 'sockets' }, '')).toThrow(
      /electron-store is shipped and has no reason/,
    )
  })

  it('keeps a size that is about what it was', async () => {
    const [conf] = await shippedPackages(root, [METAFILE])
    if (!conf) throw new Error('no package')
    const sizeAfter = (kb: number) =>
      shippedRows([{ ...conf, bytes: 10_000 }], {}, `| conf ${conf.version} | MIT | ${kb} kB | x |`)[1]?.[2]
    expect([9, 12, 7, 14].map(sizeAfter)).toEqual(['9 kB', '12 kB', '10 kB', '10 kB'])
  })
})

describe('the lock file', () => {
  const good = { version: '1.0.0', integrity: 'sha512-x' }

  it.each([
    ['a script nobody has read', { ...good, hasInstallScript: true }, /a 1\.0\.0 runs a script at install/],
    ['no check sum', { version: '1.0.0' }, /not held by a check sum/],
    ['a link', { ...good, link: true }, /not held by a check sum/],
    ['a git repository', { ...good, resolved: 'git+ssh://git@example.com/a.git' }, /comes from git\+ssh/],
  ])('must not hold %s', (_, locked, problem) => {
    expect(lockFileProblems({ packages: { '': {}, 'node_modules/b/node_modules/a': locked } }, [])).toEqual([
      expect.stringMatching(problem),
    ])
  })

  it.each([
    ['>= 22.12.0', 1],
    ['>=20.20.0', 1],
    ['>=20.19', 0],
    ['>=18', 0],
    ['^18 || >=20', 0],
  ])('holds no package that asks for a newer Node than ours: %s', (node, problems) => {
    const packages = {
      '': { engines: { node: '>=20.19' } },
      'node_modules/a': { ...good, engines: { node } },
    }
    expect(lockFileProblems({ packages }, []).filter((line) => /newer Node/.test(line))).toHaveLength(
      problems,
    )
  })

  const known = [{ name: 'a', ...good, does: 'no harm' }]

  it('may hold a script that is known', () => {
    const packages = { 'node_modules/a': { ...good, hasInstallScript: true }, 'node_modules/b': good }
    expect(lockFileProblems({ packages }, known)).toEqual([])
  })

  it.each([{ version: '1.0.1' }, { integrity: 'sha512-y' }])(
    'must not hold another script: %j',
    (changed) => {
      const packages = { 'node_modules/a': { ...good, ...changed, hasInstallScript: true } }
      expect(lockFileProblems({ packages }, known)).toEqual([
        expect.stringMatching(/^a 1\.0\.\d runs a script at install/),
      ])
    },
  )
})
