// Runs its jobs in worker threads: `POST /WAY` starts one, and answers when its thread has said what it waits for, or has ended.
const http = require('node:http')
const path = require('node:path')
const { Worker } = require('node:worker_threads')

const thread = path.join(__dirname, 'thread.cjs')
const WAYS = {
  file: () => new Worker(thread, { workerData: { id: 'file' } }),
  'ES module': () => new Worker(path.join(__dirname, 'thread.mjs'), { workerData: { id: 'ES module' } }),
  text: () =>
    new Worker(`require(${JSON.stringify(thread)})`, {
      eval: true,
      workerData: { id: 'text' },
      execArgv: [],
    }),
  nested: () =>
    new Worker(
      `const { Worker, parentPort } = require('node:worker_threads')
       new Worker(${JSON.stringify(thread)}, { workerData: { id: 'nested' } }).on('message', (m) => parentPort.postMessage(m))`,
      { eval: true },
    ),
  'nested and ended': () =>
    new Worker(
      `const { Worker, parentPort } = require('node:worker_threads')
       new Worker(${JSON.stringify(thread)}, { workerData: { id: 'nested and ended', way: 'exit' } }).on('exit', (m) => setTimeout(() => {}, 1000))`,
      { eval: true },
    ),
  'nested and terminated': () =>
    new Worker(
      `const { Worker, parentPort } = require('node:worker_threads')
       new Worker(${JSON.stringify(thread)}, { workerData: { id: 'nested and terminated', way: 'terminated' } }).on('message', (m) => parentPort.postMessage(m))`,
      { eval: true },
    ),
  ...Object.fromEntries(
    ['throws', 'exit', 'uncaught', 'queued', 'progress', 'hangs', 'terminated', 'nothing'].map((way) => [
      way,
      () =>
        new Worker(thread, {
          workerData: { id: way, way },
        }),
    ]),
  ),
}

const server = http.createServer((request, response) => {
  const way = decodeURIComponent(request.url.slice(1))
  if (way === 'crash') process.kill(process.pid, 'SIGSEGV')
  const worker = WAYS[way]()
  const answer = (words) => response.writableEnded || response.end(words)
  worker.on('message', (words) => {
    if (way.endsWith('terminated')) worker.terminate()
    else answer(words)
  })
  worker.on('error', () => {})
  worker.on('exit', (code) => answer(`exit ${code} ${worker instanceof Worker} ${worker.constructor.name}`))
})
exports.ready = new Promise((resolve) => {
  server.listen(0, '127.0.0.1', () => {
    console.log(`threads at ${server.address().port}`)
    resolve()
  })
})
