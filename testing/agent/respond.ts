import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from './endpoints'
import type { RequestMode } from './mode'

/** Responds in the given mode. `take` keeps the payload and returns the Agent's own response. */
export async function respond(
  mode: RequestMode,
  response: ServerResponse,
  take: () => Promise<Answer>,
): Promise<void> {
  if (mode === 'hang') return
  if (mode === 'garbage') {
    response.end(Buffer.from([0x00, 0xff, 0x7b, 0x3c, 0x80]))
  } else if (mode === 'reset') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 })
    response.write('{"rate_by', () => response.destroy())
  } else if (mode === 'ok') {
    answer(response, await take())
  } else if ('drip' in mode) {
    drip(response, mode.drip)
  } else if ('flood' in mode) {
    flood(response, mode.flood)
  } else if ('slow' in mode) {
    await sleep(mode.slow, undefined, { ref: false })
    // A client that no longer waits will send its payload again.
    if (!response.destroyed) answer(response, await take())
  } else {
    answer(response, { status: mode.status, body: { error: `the double answers ${mode.status}` } })
  }
}

function drip(response: ServerResponse, everyMs: number): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  const dripping = setInterval(() => response.write(' '), everyMs).unref()
  response.once('close', () => clearInterval(dripping))
}

/** Sends as fast as the client reads. */
function flood(response: ServerResponse, bytes: number): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  const piece = Buffer.alloc(2 ** 20, '[1,')
  const pieces = Array.from({ length: Math.ceil(bytes / piece.length) }, () => piece)
  // A client that hangs up has had enough.
  Readable.from(pieces)
    .pipe(response)
    .on('error', () => {})
}

function answer(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
