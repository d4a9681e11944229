import { spawnSync } from 'node:child_process'
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { errorCode, errorMessage } from '../../common/storage/errors'
import { makeFolder } from '../../common/storage/make-folder'
import { writeFully } from '../../common/storage/write-fully'
import { untraced } from '../../common/tracing/dd-trace/transport'

/** sys/fcntl.h of macOS: the locks that flock(2) gives, taken with the file's opening. */
const MACOS_O_EXLOCK = 0x20
const MACOS_O_SHLOCK = 0x10
/** libuv's own flag: nobody else may open the file as long as it is open. */
const WINDOWS_O_EXLOCK = 0x1000_0000
/** flock(1) is not there to be waited for: a disk over a network may be away. In milliseconds. */
const DEADLINE_MS = 5_000
/** flock(1) exits with it where the lock is another's. */
const IS_HELD = 1
const MAX_OWNER_LENGTH = 300
/** A command that looks who has the lock has it for some milliseconds itself: it is asked for again, after so many. */
const ASKED_AGAIN_AFTER_MS = [50, 150]

export type KernelLock =
  | { readonly state: 'taken'; readonly release: () => void }
  /** `owner`: who has it, as that one has written it; `null` where it cannot be read. */
  | { readonly state: 'held'; readonly owner: string | null }
  /** Nobody can have it here, in one line. */
  | { readonly state: 'unavailable'; readonly why: string }

/** Takes the lock of a data folder. Never throws. */
export function takeKernelLock(file: string, platform = process.platform): KernelLock {
  for (const pauseMs of ASKED_AGAIN_AFTER_MS) {
    const lock = tryKernelLock(file, platform)
    if (lock.state !== 'held') return lock
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs)
  }
  return tryKernelLock(file, platform)
}

/** @returns whether an app has the lock; `null` where that cannot be found out */
export function isLockHeld(file: string, platform = process.platform): boolean | null {
  let fd: number | null = null
  try {
    fd = openShared(file, platform)
    if (!fstatSync(fd).isFile()) return null
    return platform === 'linux' ? !flock(fd, '--shared') : false
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    return isHeldByOpening(error) ? true : null
  } finally {
    if (fd !== null) closeSync(fd)
  }
}

/** The process that has written itself into the lock; `null` where that cannot be read, as on Windows while it is held. */
export function lockOwner(file: string): number | null {
  let fd: number | null = null
  try {
    fd = openShared(file, process.platform)
    const pid = /^process (\d+) /.exec(readOwner(fd) ?? '')?.[1]
    return pid === undefined ? null : Number(pid)
  } catch {
    return null
  } finally {
    if (fd !== null) closeSync(fd)
  }
}

/**
 * Takes a lock that the kernel holds for this process, and lets go of when it ends, however that happens: flock(2) on
 * a file in the data folder. It counts for all containers of a machine, and over a network where its file system keeps
 * locks. Node has no call for it: macOS and Windows take it with the file's opening; on Linux flock(1) takes it
 * on our own open file, as a child that has inherited it, and a lock belongs to the open file.
 */
function tryKernelLock(file: string, platform: NodeJS.Platform): KernelLock {
  let fd: number | null = null
  try {
    makeFolder(path.dirname(file), 0o700)
    fd = openLocked(file, platform)
    if (platform === 'linux' && !flock(fd, '--exclusive')) {
      const owner = readOwner(fd)
      closeSync(fd)
      return { state: 'held', owner }
    }
    ftruncateSync(fd)
    writeFully(fd, Buffer.from(`process ${process.pid} on ${os.hostname()}\n`))
    const taken = fd
    return { state: 'taken', release: () => closeSync(taken) }
  } catch (error) {
    if (fd !== null) closeSync(fd)
    if (isHeldByOpening(error)) return { state: 'held', owner: null }
    return { state: 'unavailable', why: errorMessage(error) }
  }
}

function openLocked(file: string, platform: NodeJS.Platform): number {
  const { O_RDWR, O_CREAT, O_NONBLOCK } = constants
  if (platform === 'darwin') return openSync(file, O_RDWR | O_CREAT | O_NONBLOCK | MACOS_O_EXLOCK, 0o600)
  if (platform === 'win32') return openSync(file, O_RDWR | O_CREAT | WINDOWS_O_EXLOCK, 0o600)
  // Nor does a pipe in its place hold us up.
  return openSync(file, O_RDWR | O_CREAT | O_NONBLOCK, 0o600)
}

function openShared(file: string, platform: NodeJS.Platform): number {
  const { O_RDONLY, O_RDWR, O_NONBLOCK } = constants
  if (platform === 'darwin') return openSync(file, O_RDONLY | O_NONBLOCK | MACOS_O_SHLOCK)
  return openSync(file, platform === 'win32' ? O_RDWR : O_RDONLY | O_NONBLOCK)
}

/** @returns whether it is ours now */
function flock(fd: number, kind: '--exclusive' | '--shared'): boolean {
  const { error, status, signal, stderr } = untraced(() =>
    spawnSync('flock', [kind, '--nonblock', '3'], {
      stdio: ['ignore', 'ignore', 'pipe', fd],
      timeout: DEADLINE_MS,
      encoding: 'utf8',
    }),
  )
  if (error) throw new Error(`flock: ${error.message}`)
  if (status === 0) return true
  if (status === IS_HELD) return false
  throw new Error(stderr.trim() || `flock ended with ${signal ?? status}`)
}

/** macOS says EAGAIN, Windows EBUSY. */
function isHeldByOpening(error: unknown): boolean {
  return ['EAGAIN', 'EWOULDBLOCK', 'EBUSY'].includes(errorCode(error) ?? '')
}

function readOwner(fd: number): string | null {
  const bytes = Buffer.alloc(MAX_OWNER_LENGTH)
  const text = bytes.toString('utf8', 0, readSync(fd, bytes, 0, bytes.length, 0))
  return /^process \d+ on \S+/.exec(text)?.[0] ?? null
}
