#!/usr/bin/env node
// @ts-check
// `studio-monitor-code-cache`, run in the folder of an app that embeds the monitor: makes the code caches
// with that app's Electron, before it is packaged. Without them an app only starts slower.
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { ElectronUnavailable } from '../electron/unavailable.mjs'
import { makeCodeCache } from './make.mjs'
import { ownElectron } from './own-electron.mjs'

const dist = fileURLToPath(new URL('../../dist', import.meta.url))

try {
  const { env, platform, arch } = process
  const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`)
  const electron = await ownElectron(process.cwd(), { env, platform, arch, say })
  await makeCodeCache(electron, dist)
  const made = ['dd-trace', 'main', 'preload'].flatMap((folder) =>
    readdirSync(path.join(dist, folder)).flatMap((name) =>
      name.endsWith('.cache') ? path.join(dist, folder, name) : [],
    ),
  )
  process.stdout.write(`${[electron.origin, ...made].join('\n')}\n`)
} catch (error) {
  const isExpected = error instanceof ElectronUnavailable
  process.stderr.write(`studio-monitor-code-cache: ${isExpected ? error.message : error}\n`)
  process.exitCode = 1
}
