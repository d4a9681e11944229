// A backend built on other people's packages, from its own node_modules: none of them is in the app.
// A dd-trace of its own beside the app's.
const tracer = require('dd-trace')
const express = require('express')
const pino = require('pino')
const { fetch: undiciFetch } = require('undici')
const { WebSocket, WebSocketServer } = require('ws')

const log = pino()
const app = express()
app.get('/images/:id', (request, response) => {
  log.info(`image ${request.params.id}`)
  response.json({ id: request.params.id })
})
const server = app.listen(0, '127.0.0.1', async () => {
  const { port } = server.address()
  new WebSocketServer({ server, path: '/ws' })
  new WebSocket(`ws://127.0.0.1:${port}/ws`).on('open', () => console.log('websocket open'))
  await fetch(`http://127.0.0.1:${port}/images/1`)
  await undiciFetch(`http://127.0.0.1:${port}/images/2`)
  require('node:dns').lookup('localhost', () => {})
  require('node:child_process').execFileSync('hostname')
  tracer.trace('own.span', () => {})
})
