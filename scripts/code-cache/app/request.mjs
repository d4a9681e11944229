// @ts-check
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

// An import would not be traced.
const require = createRequire(import.meta.url)

/**
 * Makes and answers a first request, with a file read for it: the parts of dd-trace that it needs are needed
 * early.
 */
export async function makeRequest() {
  const fs = require('node:fs')
  const http = require('node:http')
  const file = fileURLToPath(import.meta.url)
  const server = http.createServer((_request, response) => fs.readFile(file, () => response.end()))
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  await new Promise((resolve) => http.get({ port }, (answer) => answer.resume().on('end', resolve)))
  server.close()
}
