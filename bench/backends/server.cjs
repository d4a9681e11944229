// @ts-check
// A minimal backend: it listens, and writes when it was born and when it was ready.
const http = require('node:http')

const server = http.createServer((_request, response) => response.end())
server.listen(0, '127.0.0.1', () => {
  const now = performance.timeOrigin + performance.now()
  console.log(`[bench] ${JSON.stringify({ pid: process.pid, born: performance.timeOrigin, ready: now })}`)
})
