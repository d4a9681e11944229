#!/usr/bin/env node
// @ts-check
// `studio-monitor-code-cache`, in the folder of an app that embeds the monitor: has dd-trace's code cache made by the
// Electron of that app, before it is packed. An app without it starts slower, and no other way.
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { resolveElectron } from '../electron/resolve.mjs'
import { ElectronUnavailable } from '../electron/unavailable.mjs'
import { makeCodeCache } from './make.mjs'

const dist = fileURLToPath(new URL('../../dist', import.meta.url))

try {
  const electron = await resolveElectron({ projectFolder: process.cwd() })
  await makeCodeCache(electron, dist)
  const made = readdirSync(path.join(dist, 'dd-trace')).filter((name) => name.endsWith('.cache'))
  process.stdout.write(
    `${electron.origin}\n${made.map((name) => path.join(dist, 'dd-trace', name)).join('\n')}\n`,
  )
} catch (error) {
  const isExpected = error instanceof ElectronUnavailable
  process.stderr.write(`studio-monitor-code-cache: ${isExpected ? error.message : error}\n`)
  process.exitCode = 1
}
