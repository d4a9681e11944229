import { existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { runProgram, temporaryFolder } from '../../../testing/program/program'
import { makeFolder } from './make-folder'

describe('a folder', () => {
  it('is made with those above it, or was there', () => {
    const folder = path.join(temporaryFolder(), 'a/b/c')
    makeFolder(folder, 0o700)
    makeFolder(folder)
    expect(statSync(path.dirname(folder)).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o700)
  })

  it('may be had through a link', () => {
    const folder = temporaryFolder()
    mkdirSync(path.join(folder, 'real'))
    symlinkSync('real', path.join(folder, 'link'))
    makeFolder(path.join(folder, 'link'))
    makeFolder(path.join(folder, 'link/below'))
    expect(existsSync(path.join(folder, 'real/below'))).toBe(true)
  })

  it.each([
    ['a file', 'file', 'EEXIST'],
    ['below a file', 'file/below', 'ENOTDIR'],
    ['a link that leads nowhere', 'dangling', 'EEXIST'],
    ['below a link that leads nowhere', 'dangling/below', 'EEXIST'],
  ])('is refused where there is %s', (_what, name, code) => {
    const folder = temporaryFolder()
    writeFileSync(path.join(folder, 'file'), '')
    symlinkSync('nowhere', path.join(folder, 'dangling'))
    expect(() => makeFolder(path.join(folder, name))).toThrow(expect.objectContaining({ code }))
  })

  it.skipIf(process.platform !== 'linux')('is refused at once where the system makes none', async () => {
    // In a process of its own: a loop in here would never time out.
    const program = `
      import { makeFolder } from './make-folder'
      for (const folder of ['/proc/nowhere', '/proc/nowhere/.config/app'])
        try { makeFolder(folder) } catch (error) { console.log(error.code) }`
    expect((await runProgram(program, { from: __dirname })).stdout).toBe('ENOENT\nENOENT\n')
  })
})
