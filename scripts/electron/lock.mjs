// @ts-check
import { rmSync } from 'node:fs'
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'

const POLL_MS = 250
/** Age beyond which a lock is abandoned, even if a process of that id lives. */
const STALE_MS = 30 * 60_000
/** Time for a process to write its id into the lock it just made. */
const UNSIGNED_MS = 10_000

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}

/** @param {string} lockFile */
async function isAbandoned(lockFile) {
  try {
    const pid = Number(await readFile(lockFile, 'utf8'))
    const ageMs = Date.now() - (await stat(lockFile)).mtimeMs
    return pid > 0 ? !isAlive(pid) || ageMs > STALE_MS : ageMs > UNSIGNED_MS
  } catch {
    return false
  }
}

/**
 * Runs `work` while no other process on this machine does the same. A dead process's lock does not count.
 * @template T
 * @param {string} lockFile in a folder that exists
 * @param {() => Promise<T>} work
 * @param {() => void} onWait called once if another process has it
 * @returns {Promise<T>}
 */
export async function withLock(lockFile, work, onWait) {
  for (let waited = false; ; ) {
    try {
      await writeFile(lockFile, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
    }
    if (await isAbandoned(lockFile)) {
      await rm(lockFile, { force: true })
      continue
    }
    if (!waited) onWait()
    waited = true
    await wait(POLL_MS)
  }
  const release = () => rmSync(lockFile, { force: true })
  process.once('exit', release)
  try {
    return await work()
  } finally {
    process.off('exit', release)
    release()
  }
}
