import { once } from 'node:events'
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, expect, it, type MockInstance, vi } from 'vitest'
import { bundleProgram, startProgram, temporaryFolder } from '../../../testing/program/program'
import { openLogs } from './logs'

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)
const time = '2026-01-02T03:04:05.000Z'

let stderr: MockInstance
const onTerminal = () => stderr.mock.calls.map(([text]) => String(text))
beforeEach(() => {
  stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  return () => stderr.mockRestore()
})

function readLines(dataFolder: string, name: string): unknown[] {
  const text = readFileSync(path.join(dataFolder, 'logs', name), 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

it('keeps what the monitor and what the backend says in files of their own', () => {
  const dataFolder = temporaryFolder()
  const logs = openLogs(
    dataFolder,
    () => NOW,
    () => null,
  )
  logs.monitor.warn('one\ntwo')
  logs.monitor.debug('details')
  logs.backend(['{"message":"hello"}'])
  logs.close()
  expect(readLines(dataFolder, 'monitor.jsonl')).toEqual([
    { time, level: 'warn', message: 'one two' },
    { time, level: 'debug', message: 'details' },
  ])
  expect(readLines(dataFolder, 'backend.jsonl')).toEqual([{ message: 'hello' }])
  expect(onTerminal()).toEqual(['studio-monitor: one two\n'])
})

it.skipIf(process.platform === 'win32')('keeps them for the owner alone', () => {
  const dataFolder = temporaryFolder()
  const logs = openLogs(
    dataFolder,
    () => NOW,
    () => null,
  )
  logs.monitor.debug('details')
  logs.close()
  expect(statSync(path.join(dataFolder, 'logs')).mode & 0o777).toBe(0o700)
  expect(statSync(path.join(dataFolder, 'logs', 'monitor.jsonl')).mode & 0o777).toBe(0o600)
})

it('keeps 5 files of 5 MiB', () => {
  const dataFolder = temporaryFolder()
  const logs = openLogs(
    dataFolder,
    () => NOW,
    () => null,
  )
  const line = 'x'.repeat(2 ** 20)
  for (let n = 0; n < 30; n++) logs.backend([line])
  logs.close()
  const folder = path.join(dataFolder, 'logs')
  expect(readdirSync(folder)).toHaveLength(5)
  for (const name of readdirSync(folder))
    expect(statSync(path.join(folder, name)).size).toBeLessThanOrEqual(5 * 2 ** 20)
})

it('tells the terminal once that lines are lost, and once that they are not any more', () => {
  const dataFolder = path.join(temporaryFolder(), 'data')
  writeFileSync(dataFolder, 'no folder')
  const logs = openLogs(
    dataFolder,
    () => NOW,
    () => null,
  )
  for (let n = 0; n < 3; n++) logs.backend(['{}'])
  expect(onTerminal()).toEqual([
    expect.stringMatching(
      /^studio-monitor: backend\.jsonl cannot be written \(ENOTDIR.*\): its lines are dropped until it can\n$/,
    ),
  ])
  rmSync(dataFolder)
  for (let n = 0; n < 3; n++) logs.backend(['{}'])
  logs.close()
  expect(onTerminal().slice(1)).toEqual([
    'studio-monitor: backend.jsonl is written again, 3 lines were lost\n',
  ])
  expect(readLines(dataFolder, 'backend.jsonl')).toEqual([
    { time, level: 'warn', message: '3 lines lost' },
    {},
    {},
    {},
  ])
})

it('outlives its terminal', async () => {
  const dataFolder = temporaryFolder()
  const program = `
    import { openLogs } from './logs'
    const logs = openLogs(process.argv[2], Date.now, () => null)
    logs.monitor.info('ready')
    process.once('message', () => {
      for (let n = 0; n < 50; n++) logs.monitor.info('line ' + n)
      process.stdout.write('to nobody')
      setImmediate(() => {
        logs.monitor.info('still here')
        process.disconnect()
      })
    })`
  const { child, ended } = startProgram(await bundleProgram(program, { from: __dirname }), {
    args: [dataFolder],
  })
  await once(child.stderr as NodeJS.ReadableStream, 'data')
  child.stdout?.destroy()
  child.stderr?.destroy()
  child.send('go on')
  expect(await ended).toMatchObject({ code: 0, signal: null })
  expect(readLines(dataFolder, 'monitor.jsonl')).toHaveLength(52)
  expect(readLines(dataFolder, 'monitor.jsonl').at(-1)).toMatchObject({ message: 'still here' })
})

it('tells of a disk that takes a line and not the next four times, not each time', () => {
  const dataFolder = path.join(temporaryFolder(), 'data')
  const logs = openLogs(
    dataFolder,
    () => NOW,
    () => null,
  )
  for (let n = 0; n < 20; n++) {
    rmSync(dataFolder, { recursive: true, force: true })
    writeFileSync(dataFolder, 'no folder')
    logs.backend(['lost'])
    rmSync(dataFolder)
    logs.backend(['written'])
  }
  logs.close()
  expect(onTerminal().filter((line) => line.includes('cannot be written'))).toHaveLength(2)
  expect(onTerminal().filter((line) => line.includes('written again, 1 lines were lost'))).toHaveLength(2)
})
