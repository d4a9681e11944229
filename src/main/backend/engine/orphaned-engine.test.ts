import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { EngineRecorder, readEngineRecord } from '../../../common/storage/engine-record'
import { engineAmong, type Leftover } from './orphaned-engine'

const ENGINE: Leftover = { pid: 700, name: 'python3', session: 700, startTime: 5_000 }
const CHILD: Leftover = { pid: 710, name: 'ffmpeg', session: 700, startTime: 5_100 }
const DAEMON: Leftover = { pid: 720, name: 'ollama', session: 720, startTime: 5_200 }
const RECORD = { pid: 700, startTime: 5_000 }

describe('an engine that is left', () => {
  it('is found by process id and start, with what is in its session; what it started to stay is left alone', () => {
    expect(engineAmong([ENGINE, CHILD, DAEMON], RECORD)).toEqual([ENGINE, CHILD])
  })

  it('is found by its session where its own process, a wrapper, has ended', () => {
    expect(engineAmong([CHILD, DAEMON], RECORD)).toEqual([CHILD])
  })

  it('is not another process that got its number', () => {
    expect(engineAmong([{ ...ENGINE, startTime: 9_000 }, DAEMON], RECORD)).toEqual([])
    expect(engineAmong([DAEMON], RECORD)).toEqual([])
  })
})

describe('the record of the engine', () => {
  const file = () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'engine-record-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    return path.join(folder, 'engine.json')
  }

  it.skipIf(process.platform !== 'linux')('is read as it was written', () => {
    const at = file()
    new EngineRecorder(at, process.pid).add({ python: '3.11.2' })
    expect(readEngineRecord(at)).toEqual({
      pid: process.pid,
      startTime: expect.any(Number),
      python: '3.11.2',
      executable: null,
      ddtrace: null,
      missingHooks: null,
      packs: null,
    })
  })

  it.each(['', 'null', '{"pid":1,"startTime":2}', '{"pid":"7","startTime":2}', '{"pid":7}'])(
    'is none: %j',
    (text) => {
      const at = file()
      expect(readEngineRecord(at)).toBeNull()
      writeFileSync(at, text)
      expect(readEngineRecord(at)).toBeNull()
    },
  )

  it('costs nothing where it cannot be written', () => {
    new EngineRecorder('/nowhere/engine.json', process.pid)
  })
})
