import { existsSync, mkdirSync, statSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../../testing/program/program'
import { waitFor } from '../../../../testing/waiting/wait-for'
import type { ProbeMessage } from './messages'
import { ProbeSocket } from './probe-socket'

async function listening(folder = temporaryFolder()) {
  const heard: ProbeMessage[] = []
  const socket = await ProbeSocket.open({
    folder,
    onMessage: (message) => heard.push(message),
    onWatchdog: () => {},
    onClosed: () => {},
  })
  onTestFinished(() => socket.close())
  const hello = JSON.stringify({
    type: 'hello',
    at: 1,
    protocol: 1,
    token: socket.token,
    pid: 1,
    again: false,
    python: '3.11.2',
  })
  return { socket, heard, hello }
}

const line = (count: number) => `${JSON.stringify({ type: 'dropped', at: 1, count })}\n`

describe.skipIf(process.platform === 'win32')('where the probe connects to', () => {
  it('lies in its folder, closed to others', async () => {
    const folder = temporaryFolder()
    const { socket } = await listening(folder)
    expect(path.dirname(socket.address)).toBe(folder)
    expect(statSync(socket.address).mode & 0o077).toBe(0)
  })

  it('lies in a temporary folder of its own, closed to others, where its path is too long, and goes with it', async () => {
    const folder = path.join(temporaryFolder(), 'é'.repeat(60))
    mkdirSync(folder)
    const { socket, heard, hello } = await listening(folder)
    const own = path.dirname(socket.address)
    expect(path.dirname(own)).toBe(os.tmpdir())
    expect(Buffer.byteLength(socket.address)).toBeLessThanOrEqual(103)
    for (const file of [own, socket.address]) {
      expect(statSync(file).mode & 0o077).toBe(0)
      expect(statSync(file).uid).toBe(process.getuid?.())
    }
    net.connect(socket.address).write(`${hello}\n${line(3)}`)
    await waitFor(() => heard.length === 2, { what: 'two messages' })
    socket.close()
    expect(existsSync(own)).toBe(false)
  })

  it('believes nobody who does not know its token', async () => {
    const { socket, heard, hello } = await listening()
    const stranger = net.connect(socket.address)
    const closed = new Promise((resolve) => stranger.on('close', resolve))
    stranger.on('error', () => {})
    stranger.write(`${hello.replace(socket.token, 'x'.repeat(32))}\n${line(3)}`)
    await closed
    expect(heard).toEqual([])
  })

  it('has read all that was said when the one who said it is gone, however much that is', async () => {
    const { socket, heard, hello } = await listening()
    const engine = net.connect(socket.address)
    const lines = Array.from({ length: 20_000 }, (_, n) => line(n)).join('')
    engine.end(`${hello}\n${lines}`)
    await new Promise((resolve) => engine.on('finish', resolve))
    await socket.drain()
    expect(heard).toHaveLength(20_001)
  })
})
