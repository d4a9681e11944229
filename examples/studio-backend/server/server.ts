import http from 'node:http'
import type net from 'node:net'
import { WebSocketServer } from 'ws'
import type { Folders } from '../nodes/node'
import type { Frame } from '../queue/outcome'
import { PromptQueue } from '../queue/prompt-queue'
import { Clients } from './clients'
import { type Answer, errorAnswer, isLocal, sendAnswer } from './http'
import { type Route, studioRoutes } from './routes'

const HOST = '127.0.0.1'
/** Largest message of a client over the WebSocket, where it has nothing to send. */
const MAX_MESSAGE_BYTES = 64 * 1024

export interface ServerOptions {
  /** The port; 0 takes any free one. */
  readonly port: number
  readonly folders: Folders
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Reports an unexpected error; the client got a 500. */
  readonly report: (problem: string) => void
}

export interface StudioServer {
  readonly url: string
  /** Accepts no more prompts, abandons the running one, and closes all connections. */
  stop(): Promise<void>
}

/** Resolves once it listens; rejects if the port is not available. */
export async function startStudioServer(options: ServerOptions): Promise<StudioServer> {
  const clients = new Clients()
  const queue = new PromptQueue(() => clients.broadcast(status()), options.now)
  const status = (sid?: string): Frame => {
    const exec_info = { queue_remaining: queue.remaining }
    return { type: 'status', data: { status: { exec_info }, ...(sid && { sid }) } }
  }
  const routes = studioRoutes({ queue, clients, folders: options.folders, now: options.now })
  const server = http.createServer(
    (request, response) => void respond(routes, request, response, options.report),
  )
  acceptSockets(server, (socket, clientId) => {
    const sid = clients.add(socket, clientId)
    clients.send(sid, status(sid))
  })
  const port = await listen(server, options.port)
  return {
    url: `http://${HOST}:${port}`,
    stop: async () => {
      queue.stop()
      clients.closeAll()
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

type SocketServer = InstanceType<typeof WebSocketServer>
type Socket = SocketServer['clients'] extends Set<infer Member> ? Member : never

function acceptSockets(server: http.Server, accept: (socket: Socket, clientId: string | null) => void): void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES })
  server.on('upgrade', (request, stream: net.Socket, head) => {
    stream.on('error', () => stream.destroy())
    const { path, query } = parseTarget(request)
    const refusal = path !== '/ws' ? '404 Not Found' : isLocal(request) ? null : '403 Forbidden'
    if (refusal) stream.end(`HTTP/1.1 ${refusal}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
    else sockets.handleUpgrade(request, stream, head, (socket) => accept(socket, query.get('clientId')))
  })
}

async function respond(
  routes: ReadonlyMap<string, Route>,
  request: http.IncomingMessage,
  response: http.ServerResponse,
  report: (problem: string) => void,
): Promise<void> {
  try {
    sendAnswer(response, await answer(routes, request))
  } catch (error) {
    if (request.destroyed && !request.complete) return
    report(`${request.method} ${request.url?.slice(0, 200)}: ${error}`)
    if (response.headersSent) response.destroy()
    else sendAnswer(response, errorAnswer(500, 'internal_error', 'The request could not be answered'))
  }
}

async function answer(routes: ReadonlyMap<string, Route>, request: http.IncomingMessage): Promise<Answer> {
  if (!isLocal(request)) return errorAnswer(403, 'forbidden', 'Only requests from this machine are answered')
  const { path, query } = parseTarget(request)
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const route = routes.get(`${method} ${path}`)
  if (route) return route({ request, query, rest: '' })
  const slash = path.lastIndexOf('/') + 1
  const parent = slash > 1 ? routes.get(`${method} ${path.slice(0, slash)}`) : undefined
  if (parent) return parent({ request, query, rest: decode(path.slice(slash)) })
  const known = [...routes.keys()].some((key) => key.endsWith(` ${path}`))
  if (known) return errorAnswer(405, 'method_not_allowed', `${path} does not take ${request.method}`)
  return errorAnswer(404, 'not_found', 'There is no such path', path.slice(0, 200))
}

/** Parses the request's target; as in the engine, each path may also be below `/api`. */
function parseTarget(request: http.IncomingMessage): { path: string; query: URLSearchParams } {
  const [path = '/', ...query] = (request.url ?? '/').split('?')
  return { path: path.replace(/^\/api(?=\/)/, ''), query: new URLSearchParams(query.join('?')) }
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

function listen(server: http.Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, HOST, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}
