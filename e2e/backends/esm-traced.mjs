// Imports functions by name, before anything has required the modules.
import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs'
import { createServer, get } from 'node:http'

const server = createServer((_request, response) => readFile(new URL(import.meta.url), () => response.end()))
server.listen(0, '127.0.0.1', () => get({ port: server.address().port }, (answer) => answer.resume()))
execFileSync('hostname')
