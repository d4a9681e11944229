import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { bundleProgram, startProgram, temporaryFolder } from '../../../testing/program/program'
import { dataPaths } from '../../common/storage/data-folder'
import { isLockHeld, takeKernelLock } from './kernel-lock'

const lockFile = (dataFolder: string) => dataPaths(dataFolder).lock

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
    writeFileSync(file, `process 1 on ${os.hostname()}\n`)
    expect(takeKernelLock(file).state).toBe('taken')
  })

  it.each([
    ['a folder', (file: string) => mkdirSync(file, { recursive: true }), /EISDIR/],
    [
      'something in the way of its folder',
      (file: string) => {
        rmdirSync(path.dirname(file))
        writeFileSync(path.dirname(file), '')
      },
      /EEXIST|ENOTDIR/,
    ],
  ])('cannot be had where there is %s, and says why', (_what, spoil, why) => {
    const file = lockFile(temporaryFolder())
    spoil(file)
    expect(takeKernelLock(file)).toEqual({ state: 'unavailable', why: expect.stringMatching(why) })
  })

  it('is looked at without being had, and without a file being made', () => {
    const file = lockFile(temporaryFolder())
    expect(isLockHeld(file)).toBe(false)
    expect(existsSync(file)).toBe(false)
    const lock = takeKernelLock(file)
    expect([isLockHeld(file), isLockHeld(file)]).toEqual([true, true])
    if (lock.state === 'taken') lock.release()
    expect(isLockHeld(file)).toBe(false)
  })

  it.skipIf(process.platform !== 'linux')('is taken although somebody has just looked at it', async () => {
    const file = lockFile(temporaryFolder())
    writeFileSync(file, '')
    const looking = spawn('flock', ['--shared', file, 'sh', '-c', 'echo looks; sleep 0.1'])
    await new Promise((resolve) => looking.stdout.once('data', resolve))
    expect(takeKernelLock(file).state).toBe('taken')
  })

  it.skipIf(process.platform !== 'linux')('cannot be had without flock(1), and says so', () => {
    const { PATH } = process.env
    process.env.PATH = ''
    try {
      const file = lockFile(temporaryFolder())
      const lock = takeKernelLock(file)
      expect(lock).toEqual({ state: 'unavailable', why: expect.stringContaining('flock') })
      expect(isLockHeld(file)).toBeNull()
    } finally {
      process.env.PATH = PATH
    }
  })
})
