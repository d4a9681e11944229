import { mkdirSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../testing/program/program'
import { isRunOf, newRunMarker } from './run-marker'

it('a run is known as that of its data folder, by whatever name, and each is another', () => {
  const [folder, other, link] = ['data', 'other', 'link'].map((name) =>
    path.join(temporaryFolder(), name),
  ) as [string, string, string]
  mkdirSync(folder)
  symlinkSync(folder, link, 'junction')
  const marker = newRunMarker(folder)
  expect(marker).not.toBe(newRunMarker(folder))
  expect(marker).not.toContain('data')
  expect(isRunOf(folder, marker)).toBe(true)
  expect(isRunOf(link, marker)).toBe(true)
  expect(isRunOf(other, marker)).toBe(false)
})
