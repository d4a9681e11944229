import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../testing/program/program'
import { removeIfMadeSince } from './made-folder'

it('takes an empty folder away that was made since then, and those above it that were', async () => {
  const old = path.join(temporaryFolder(), 'old')
  mkdirSync(old)
  await sleep(60)
  const from = Date.now()
  await sleep(60)
  const made = path.join(old, 'a/b')
  mkdirSync(made, { recursive: true })
  expect(removeIfMadeSince(from, made)).toBe(true)
  expect([existsSync(path.join(old, 'a')), existsSync(old)]).toEqual([false, true])
})

it('leaves an empty one above it that was made before it', async () => {
  const from = Date.now()
  await sleep(60)
  const above = path.join(temporaryFolder(), 'above')
  mkdirSync(above)
  await sleep(60)
  mkdirSync(path.join(above, 'made'))
  expect(removeIfMadeSince(from, path.join(above, 'made'))).toBe(true)
  expect(existsSync(above)).toBe(true)
})

it('leaves one that was there before or is as old as the process, one that holds something, and what is no folder', async () => {
  const folder = temporaryFolder()
  const [old, full, file] = ['old', 'full', 'file'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ]
  mkdirSync(old)
  await sleep(60)
  const from = Date.now()
  const young = path.join(folder, 'young')
  mkdirSync(young)
  await sleep(60)
  mkdirSync(full)
  writeFileSync(path.join(full, 'x'), '')
  writeFileSync(file, '')
  for (const one of [old, young, full, file, path.join(folder, 'none')])
    expect(removeIfMadeSince(from, one)).toBe(false)
  expect([old, full, file].map((one) => existsSync(one))).toEqual([true, true, true])
})
