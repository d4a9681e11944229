// @ts-check
import { once } from 'node:events'
import http from 'node:http'

/** The state of an Agent. @typedef {'well' | 'away' | 'hangs' | 'HTTP 503' | 'garbage'} Condition */

/**
 * Starts what a tracer finds at the Agent's address.
 * @param {Condition} condition
 * @returns {Promise<{ url: string, stop: () => void }>}
 */
export async function startAgent(condition) {
  const server = http.createServer((request, response) => {
    request.resume().on('end', () => {
      if (condition === 'well') response.end('{"rate_by_service":{}}')
      if (condition === 'HTTP 503') response.writeHead(503).end()
      if (condition === 'garbage') response.end(Buffer.from([0x00, 0xff, 0x7b]))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  const stop = () => {
    server.closeAllConnections()
    server.close()
  }
  if (condition === 'away') stop()
  return { url: `http://127.0.0.1:${port}`, stop }
}
