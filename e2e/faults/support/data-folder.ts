import { strict as assert } from 'node:assert'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { dataFolderIn, dataPaths } from '../../../src/common/storage/data-folder'
import { minidumpBytes } from '../../../src/main/backend/crashes/testing/minidump-bytes'
import type { Studio, StudioOptions } from '../../support/app/studio'

type Launch = (options?: StudioOptions) => Studio

/** Files that a running app has, and one that has ended does not. */
const WHILE_IT_RUNS = /^Singleton/

const A_CRASH = minidumpBytes({
  ...{ processId: 4242, platformId: 0x8201, code: 11, address: 0x1001n, dead: [], stack: [0x1001n] },
  modules: [{ path: '/opt/sharp.node', start: 0x1000n, size: 0x100 }],
})

let seed: Promise<string> | null = null
let template: Promise<string> | null = null

/** A data folder as an earlier run left it, with the record of `earlier`, which must never be lost. */
export function seeded(launch: Launch): Promise<string> {
  seed ??= keep(launch(), async (studio) => {
    const puppet = await studio.puppet()
    await puppet.start('earlier')
    await puppet.fail('earlier')
    await studio.failedJobsOf(1)
  })
  return seed
}

/**
 * A data folder with everything in it: the records of `earlier`, `failed` and `died`, an incident, profiles,
 * logs.
 */
export function full(launch: Launch): Promise<string> {
  template ??= fill(launch)
  return template
}

/** @param from the data folder to copy, with what else is in its user data folder; empty without it */
export function newFolder(from?: string): string {
  return copyTo(mkdtempSync(path.join(os.tmpdir(), 'studio-fault-')), from)
}

/** Makes a folder a user data folder. @returns the data folder in it */
export function copyTo(userData: string, from?: string): string {
  if (from !== undefined) cpSync(path.dirname(from), userData, { recursive: true, verbatimSymlinks: true })
  else mkdirSync(dataFolderIn(userData))
  return dataFolderIn(userData)
}

async function fill(launch: Launch): Promise<string> {
  const dataFolder = newFolder(await seeded(launch))
  writeFileSync(dataPaths(dataFolder).settings, '{ "DD_ENV": "staging" }')
  mkdirSync(dataPaths(dataFolder).crashes, { mode: 0o700 })
  writeFileSync(path.join(dataPaths(dataFolder).crashes, '20261123-201155-512a.dmp'), A_CRASH, {
    mode: 0o600,
  })
  const studio = launch({ dataFolder, env: { STUDIO_HEAP_LIMIT: '96MiB' } })
  return keep(studio, async () => {
    const puppet = await studio.puppet()
    await puppet.start('failed')
    await puppet.start('died')
    await puppet.fail('failed')
    await puppet.die('heap-out-of-memory')
    const incident = await studio.incident()
    assert.notEqual(incident.profiles.heap, null)
    await studio.failedJobsOf(3)
  })
}

/**
 * Lets an app fill its data folder.
 * @returns a copy of that, as the app leaves it
 */
async function keep(studio: Studio, use: (studio: Studio) => Promise<void>): Promise<string> {
  await use(studio)
  assert.deepEqual(await studio.quit(), { code: 0, signal: null })
  const kept = mkdtempSync(path.join(os.tmpdir(), 'studio-fault-'))
  const names = readdirSync(studio.userData).filter((one) => !WHILE_IT_RUNS.test(one))
  for (const name of names)
    cpSync(path.join(studio.userData, name), path.join(kept, name), { recursive: true })
  process.once('exit', () => rmSync(kept, { recursive: true, force: true }))
  return dataFolderIn(kept)
}
