import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readStat } from '../../../common/process/proc'
import { BACKEND_MARKER } from '../../../common/protocol/messages'
import { dataPaths } from '../../../common/storage/data-folder'
import { EngineRecorder } from '../../../common/storage/engine-record'
import { newRunMarker } from '../run-marker'
import { prepareEngineStart } from './preflight'

/** An engine: listens, leads its session, and tells port and process id. */
const ENGINE = `const server = require('net').createServer()
server.listen(0, '127.0.0.1', () => console.log(server.address().port, process.pid))`
/** Whatever in an app starts it, and outlives the app itself for a moment. */
const PARENT = `const { spawn } = require('child_process')
const [engine, marker] = process.argv.slice(1)
const env = { ...process.env, ${BACKEND_MARKER}: marker }
spawn(process.execPath, ['-e', engine], { detached: true, stdio: ['ignore', 'inherit', 'inherit'], env })
setInterval(() => {}, 1_000)`

let folder: string
const parents: ChildProcess[] = []
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'preflight-'))
})
afterEach(() => {
  for (const parent of parents.splice(0)) parent.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

const choice = (port: number) => ({
  command: [process.execPath] as const,
  cwd: folder,
  url: `http://127.0.0.1:${port}`,
})
const prepare = (port: number) =>
  prepareEngineStart(choice(port) as unknown as Parameters<typeof prepareEngineStart>[0], folder)

describe.skipIf(process.platform !== 'linux')('an engine that outlives a killed app', () => {
  it('is ended also where a part of that app outlives it too for a moment', async () => {
    const parent = spawn(process.execPath, ['-e', PARENT, ENGINE, newRunMarker(folder)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    parents.push(parent)
    const [port = 0, pid = 0] = String(await once(parent.stdout, 'data').then(([chunk]) => chunk))
      .split(' ')
      .map(Number)
    new EngineRecorder(dataPaths(folder).engine, pid)
    const prepared = prepare(port)
    setTimeout(() => parent.kill('SIGKILL'), 500)
    expect(await prepared).toEqual([expect.stringMatching(/^an engine still ran .*: it was ended/)])
    expect(readStat(pid)?.isOver ?? true).toBe(true)
  })
})

it("another program's port is told of at once", async () => {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  await expect(prepare(port)).rejects.toThrow(`port ${port} on 127.0.0.1 is in use`)
  server.close()
})
