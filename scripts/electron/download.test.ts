import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { downloadVerified, IntegrityMismatch, verifyFile } from './download.mjs'

const BODY = Buffer.alloc(300_000, 'electron')
const INTEGRITY = `sha512-${createHash('sha512').update(BODY).digest('base64')}`

let folder: string
let file: string
let server: Server | undefined

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'download-'))
  file = path.join(folder, 'package.tgz')
})
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
  rmSync(folder, { recursive: true })
})

async function serve(listener: RequestListener): Promise<string> {
  const started = createServer(listener)
  server = started
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}/package.tgz`
}

const options = { integrity: INTEGRITY, stallMs: 5_000, onProgress: () => {} }

test('the right file arrives whole, and progress reaches its size', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-length': BODY.length }).end(BODY)
  })
  const seen: [number, number][] = []
  const onProgress = (done: number, total: number) => seen.push([done, total])
  await downloadVerified({ ...options, url, file, onProgress })
  expect(readFileSync(file).equals(BODY)).toBe(true)
  expect(seen.at(-1)).toEqual([BODY.length, BODY.length])
})

test('a file with another digest is not used: nothing of it is left', async () => {
  const url = await serve((_, response) => void response.end(BODY.subarray(1)))
  const download = downloadVerified({ ...options, url, file })
  await expect(download).rejects.toThrow(IntegrityMismatch)
  expect(existsSync(file)).toBe(false)
})

test('a connection that breaks in the middle leaves nothing', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-length': BODY.length })
    response.write(BODY.subarray(0, 100_000), () => response.destroy())
  })
  await expect(downloadVerified({ ...options, url, file })).rejects.toThrow()
  expect(existsSync(file)).toBe(false)
})

test('a server that stands still is given up', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-length': BODY.length })
    response.write(BODY.subarray(0, 1_000))
  })
  const download = downloadVerified({ ...options, url, file, stallMs: 200 })
  await expect(download).rejects.toThrow('nothing arrived for 0.2 s')
  expect(existsSync(file)).toBe(false)
})

test('an answer other than 200 is named', async () => {
  const url = await serve((_, response) => void response.writeHead(403).end('no'))
  await expect(downloadVerified({ ...options, url, file })).rejects.toThrow('the server answered 403')
})

test('a wrong file on disk is deleted, the right one stays', async () => {
  writeFileSync(file, BODY)
  await verifyFile(file, INTEGRITY)
  expect(existsSync(file)).toBe(true)
  writeFileSync(file, 'something else')
  await expect(verifyFile(file, INTEGRITY)).rejects.toThrow(IntegrityMismatch)
  expect(existsSync(file)).toBe(false)
})
