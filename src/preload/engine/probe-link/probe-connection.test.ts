import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ProbeSocket } from './probe-socket'

let folder: string
let socket: ProbeSocket
/** The messages told, in order. */
let told: string[]

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'probe-socket-'))
  const mine: string[] = []
  told = mine
  socket = await ProbeSocket.open({
    folder,
    onMessage: ({ type }) => mine.push(type),
    onWatchdog: (text) => mine.push(`watchdog: ${JSON.stringify(text)}`),
    onClosed: () => mine.push('closed'),
  })
})
afterEach(() => {
  socket.close()
  rmSync(folder, { recursive: true, force: true })
})

async function connect(text: string): Promise<net.Socket> {
  const client = net.connect(socket.address)
  client.on('error', () => {})
  client.resume()
  await once(client, 'connect')
  client.write(text)
  return client
}

const watchdog = () =>
  `${JSON.stringify({ type: 'watchdog', token: socket.token, pid: 7, silence: 5, at: 1 })}\n`
const hello = () =>
  `${JSON.stringify({
    type: 'hello',
    at: 1,
    protocol: 1,
    token: socket.token,
    pid: 7,
    again: false,
    python: '3.13.1',
    executable: 'python3',
    ddtrace: null,
  })}\n`
const beat = `${JSON.stringify({ type: 'beat', at: 2, loopDelayMs: null })}\n`
const hears = (expected: readonly string[]) => vi.waitFor(() => expect(told).toEqual(expected))

describe('the socket of the probe', () => {
  it('reads what comes in a thousand pieces together, not one after each pause', async () => {
    const client = await connect(hello())
    await hears(['hello'])
    for (let n = 0; n < 1_000; n++) {
      client.write(beat)
      await new Promise(setImmediate)
    }
    // With a pause for each that is read ahead it would take 5 s.
    await vi.waitFor(() => expect(told).toHaveLength(1_001), { timeout: 3_000 })
    client.destroy()
  })

  it('tells of the watchdog as it connects, then of what it writes, in whole lines', async () => {
    const client = await connect(watchdog())
    await hears(['watchdog: ""'])
    client.write('Timeout (0:00:05)!\nThread 0x1 (most re')
    await hears(['watchdog: ""', 'watchdog: "Timeout (0:00:05)!\\n"'])
    client.write('cent call first):\n')
    await hears([
      'watchdog: ""',
      'watchdog: "Timeout (0:00:05)!\\n"',
      'watchdog: "Thread 0x1 (most recent call first):\\n"',
    ])
    client.destroy()
  })

  it('tells that the engine speaks no more when its connection ends, and not of that of its watchdog', async () => {
    const engine = await connect(hello() + beat)
    const dog = await connect(watchdog())
    await vi.waitFor(() => expect(told.toSorted()).toEqual(['beat', 'hello', 'watchdog: ""']))
    dog.end()
    await once(dog, 'close')
    engine.end()
    await vi.waitFor(() => expect(told.filter((each) => each === 'closed')).toEqual(['closed']))
    expect(told.at(-1)).toBe('closed')
  })

  it('does not tell it of an engine that has replaced itself and speaks again', async () => {
    const before = await connect(hello())
    await hears(['hello'])
    const after = await connect(hello() + beat)
    before.end()
    await hears(['hello', 'hello', 'beat'])
    after.destroy()
  })

  it('believes nothing of a connection that does not know the token', async () => {
    const stranger = await connect(hello().replace(socket.token, 'guessed') + beat)
    await once(stranger, 'close')
    expect(told).toEqual([])
  })
})
