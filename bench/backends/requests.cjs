// @ts-check
// A small HTTP server that calls itself: asked for a number of requests, it answers with the milliseconds per
// request.
const http = require('node:http')

const agent = new http.Agent({ keepAlive: true })
const server = http.createServer((_request, response) => response.end('{"status":"ok"}'))

/** @param {number} port @returns {Promise<void>} */
const request = (port) =>
  new Promise((resolve, reject) => {
    http
      .get({ host: '127.0.0.1', port, path: '/queue', agent }, (answer) => answer.resume().on('end', resolve))
      .on('error', reject)
  })

server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  process.parentPort.on('message', async ({ data }) => {
    const from = performance.now()
    for (let left = data.count; left > 0; left--) await request(port)
    process.parentPort.postMessage((performance.now() - from) / data.count)
  })
  process.parentPort.postMessage('ready')
})
