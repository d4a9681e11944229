import { expect, it } from 'vitest'
import { runProgram } from '../../../testing/program/program'

it.skipIf(process.platform === 'win32')('a folder that is gone is left, any other is not', async () => {
  const program = `
    import { mkdtempSync, rmdirSync } from 'node:fs'
    import os from 'node:os'
    import { leaveGoneFolder } from './working-folder'
    const before = process.cwd()
    leaveGoneFolder()
    const stayed = process.cwd() === before
    const folder = mkdtempSync(os.tmpdir() + '/gone-')
    process.chdir(folder)
    rmdirSync(folder)
    leaveGoneFolder()
    console.log(stayed, process.cwd())`
  const { stdout } = await runProgram(program, { from: __dirname, env: { HOME: '/' } })
  expect(stdout).toBe('true /\n')
})
