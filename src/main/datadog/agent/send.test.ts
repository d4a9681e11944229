import { once } from 'node:events'
import net from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { classifyTraceResponse } from './response'
import { sendToAgent } from './send'

/** A server that is no Agent: it responds with these bytes and closes the connection. */
async function answering(bytes: string): Promise<string> {
  const server = net.createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end(bytes))
  })
  onTestFinished(() => void server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`
}

it.each([
  ['nothing', '', /hang up/],
  ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', /Parse Error/],
  ['half an answer', 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{', /aborted/],
  [
    'another protocol',
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    /without an answer/,
  ],
])('what answers with %s leaves it for later, and nobody waiting', async (_, bytes, reason) => {
  const request = { method: 'PUT', path: '/v0.4/traces', headers: {}, body: ['spans'] } as const
  const options = { agentUrl: await answering(bytes), timeoutMs: 60_000 }
  expect(await sendToAgent(request, options, classifyTraceResponse)).toEqual({
    outcome: 'retry',
    reason: expect.stringMatching(reason),
  })
})
