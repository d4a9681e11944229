// @ts-check
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

/** Time for a process to exit when asked, in milliseconds. */
const PATIENCE_MS = 8_000

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set()
/** @type {Set<string>} */
const folders = new Set()

/**
 * Starts a child that does not outlive this process, whatever ends it.
 * @param {string} executable
 * @param {readonly string[]} args
 * @param {{ env: NodeJS.ProcessEnv, stdio: import('node:child_process').StdioOptions }} options
 */
export function startChild(executable, args, { env, stdio }) {
  // A process group of its own: the terminal's Ctrl-C is left to this process.
  const child = spawn(executable, args, { env, stdio, detached: process.platform !== 'win32' })
  running.add(child)
  child.once('error', () => running.delete(child))
  child.once('exit', () => running.delete(child))
  return child
}

/** @param {import('node:child_process').ChildProcess} child asked to exit, and killed if it does not */
export async function endChild(child) {
  if (!running.has(child)) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const overdue = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
  await ended
  clearTimeout(overdue)
}

/** Ends what a benchmark that broke off has left running. */
export async function endChildren() {
  await Promise.all([...running].map(endChild))
}

/** Makes a folder that does not outlive this process. @returns {Promise<string>} */
export async function temporaryFolder() {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'studio-bench-'))
  folders.add(folder)
  return folder
}

/** @param {string} folder */
export async function removeFolder(folder) {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  folders.delete(folder)
}

/** Ends what runs and removes what is left when this process exits: call it before all else. */
export function cleanUpAtEnd() {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.once(signal, async () => {
      await endChildren()
      process.exit(signal === 'SIGINT' ? 130 : 143)
    })
  }
  process.on('exit', () => {
    for (const child of running) child.kill('SIGKILL')
    for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  })
}
