import { strict as assert } from 'node:assert'
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { newFolder } from './support/data-folder'
import { fault } from './support/fault'

const group = 'The data folder'

interface Refused {
  readonly what: string
  readonly how: string
  /** In a folder of its own. @returns the user data folder that is asked for */
  readonly make: (folder: string) => string
  readonly says: RegExp
}

const REFUSED: readonly Refused[] = [
  {
    what: 'a file',
    how: '--user-data-dir names it',
    make: (folder) => {
      writeFileSync(path.join(folder, 'file'), '')
      return path.join(folder, 'file')
    },
    says: /is no folder/,
  },
  {
    what: 'below a file',
    how: '--user-data-dir names what cannot be made',
    make: (folder) => {
      writeFileSync(path.join(folder, 'file'), '')
      return path.join(folder, 'file/data')
    },
    says: /does not exist|cannot be made: ENOTDIR/,
  },
  {
    what: 'a link that leads nowhere',
    how: 'as a drive that is not mounted leaves it',
    make: (folder) => {
      symlinkSync(path.join(folder, 'gone'), path.join(folder, 'link'))
      return path.join(folder, 'link')
    },
    says: /is a link that leads nowhere/,
  },
  {
    what: 'where the system makes none',
    how: 'below /proc, where Node’s own way to make it never ends',
    make: () => '/proc/nowhere/data',
    says: /does not exist|cannot be made: ENOENT/,
  },
]

for (const { what, how, make, says } of REFUSED) {
  fault(
    {
      group,
      fault: `the one that is asked for is ${what}`,
      how,
      holds:
        'the app, and a command too, says so in one line and exits with 2; no other folder is used, none is made',
    },
    async ({ launch }) => {
      const folder = path.dirname(newFolder())
      const home = path.join(folder, 'home')
      mkdirSync(home)
      const userData = make(folder)
      const before = readdirSync(folder, { recursive: true }).toSorted()
      for (const args of [[], ['jobs'], ['incidents', '--json']]) {
        const studio = launch({ userData, args, env: { HOME: home } })
        assert.deepEqual(await studio.exited, { code: 2, signal: null })
        assert.equal(studio.stdout, '')
        assert.match(studio.stderr, says)
        assert.equal(studio.stderr.trimEnd().split('\n').length, 1, studio.stderr)
        assert.ok(studio.stderr.includes(userData))
      }
      assert.deepEqual(readdirSync(folder, { recursive: true }).toSorted(), before)
      return 'the app and 2 commands'
    },
  )
}
