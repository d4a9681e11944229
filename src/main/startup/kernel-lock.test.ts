import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { bundleProgram, startProgram, temporaryFolder } from '../../../testing/program/program'
import { lockFile, takeKernelLock } from './kernel-lock'

describe('the lock of a data folder', () => {
  it('is one process’s at a time, and names it', () => {
    const file = lockFile(temporaryFolder())
    const first = takeKernelLock(file)
    expect(first.state).toBe('taken')
    expect(readFileSync(file, 'utf8')).toBe(`process ${process.pid} on ${os.hostname()}\n`)
    const owner = process.platform === 'linux' ? `process ${process.pid} on ${os.hostname()}` : null
    expect(takeKernelLock(file)).toEqual({ state: 'held', owner })
    if (first.state === 'taken') first.release()
    expect(takeKernelLock(file).state).toBe('taken')
  })

  it('is free again when its process is killed, and not before', async () => {
    const file = lockFile(temporaryFolder())
    const program = `
      import { takeKernelLock } from './kernel-lock'
      console.log(takeKernelLock(${JSON.stringify(file)}).state)
      setInterval(() => {}, 1000)`
    const { child, ended } = startProgram(await bundleProgram(program, { from: __dirname }))
    await new Promise((resolve) => child.stdout?.once('data', resolve))
    expect(takeKernelLock(file).state).toBe('held')
    child.kill('SIGKILL')
    await ended
    expect(takeKernelLock(file).state).toBe('taken')
  })

  it('is free although a file of a process that is gone lies there', () => {
    const file = lockFile(temporaryFolder())
    mkdirSync(path.dirname(file))
    writeFileSync(file, `process 1 on ${os.hostname()}\n`)
    expect(takeKernelLock(file).state).toBe('taken')
  })

  it.each([
    ['a folder', (file: string) => mkdirSync(file, { recursive: true }), /EISDIR/],
    [
      'something in the way of its folder',
      (file: string) => writeFileSync(path.dirname(file), ''),
      /EEXIST|ENOTDIR/,
    ],
  ])('cannot be had where there is %s, and says why', (_what, spoil, why) => {
    const file = lockFile(temporaryFolder())
    spoil(file)
    expect(takeKernelLock(file)).toEqual({ state: 'unavailable', why: expect.stringMatching(why) })
  })

  it.skipIf(process.platform !== 'linux')('cannot be had without flock(1), and says so', () => {
    const { PATH } = process.env
    process.env.PATH = ''
    try {
      const lock = takeKernelLock(lockFile(temporaryFolder()))
      expect(lock).toEqual({ state: 'unavailable', why: expect.stringContaining('flock') })
    } finally {
      process.env.PATH = PATH
    }
  })
})
