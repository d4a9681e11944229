import { strict as assert } from 'node:assert'
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Given } from './fault'

export const SETTINGS = 'studio-monitor.json'

/** An app that runs has these, one that has ended has not. */
const WHILE_IT_RUNS = /^Singleton/

let template: string | null = null

/** A data folder with one of everything in it: the records of `failed` and `died`, an incident, profiles, logs. */
export async function dataFolder(start: Given['start']): Promise<string> {
  template ??= await makeTemplate(start)
  const copy = mkdtempSync(path.join(os.tmpdir(), 'studio-damage-'))
  cpSync(template, copy, { recursive: true, verbatimSymlinks: true })
  return copy
}

async function makeTemplate(start: Given['start']): Promise<string> {
  const kept = mkdtempSync(path.join(os.tmpdir(), 'studio-template-'))
  const app = start({ env: { STUDIO_HEAP_LIMIT: '96MiB' } })
  const { dataFolder } = app.studio
  writeFileSync(path.join(dataFolder, SETTINGS), '{ "DD_ENV": "staging" }')
  const puppet = await app.studio.puppet()
  await puppet.start('failed')
  await puppet.start('died')
  await puppet.fail('failed')
  await puppet.die('heap-out-of-memory')
  const incident = await app.studio.incident()
  assert.notEqual(incident.profiles.heap, null)
  await app.studio.failedJobsOf(2)
  await app.end()
  for (const name of readdirSync(dataFolder).filter((one) => !WHILE_IT_RUNS.test(one)))
    cpSync(path.join(dataFolder, name), path.join(kept, name), { recursive: true })
  process.once('exit', () => rmSync(kept, { recursive: true, force: true }))
  return kept
}
