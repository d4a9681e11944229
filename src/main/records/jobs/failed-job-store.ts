import { closeSync, openSync, rmSync, statfsSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { STARTUP_DEFERRAL_MS } from '../../../common/process/startup-deferral'
import { removeOrphans, temporaryName } from '../../../common/storage/atomic-file'
import { ensureFolder } from '../../../common/storage/data-folder'
import { errorMessage } from '../../../common/storage/errors'
import { isThere, setAside } from '../../../common/storage/set-aside'
import type { Log } from '../../logging/log'
import type { OpenViewFile, ViewFile } from './electron-store'
import type { FailedJob } from './failed-job'
import { readFailedJobView } from './failed-job-view'

/**
 * Shortest interval between writes, so that there are at most four a second, in at most a twentieth of main's
 * time.
 */
const MIN_INTERVAL_MS = 250
const TIME_SHARE = 20
const FIRST_RETRY_MS = 1_000
const LAST_RETRY_MS = 60_000
/** Room that the view leaves on the disk for the journal, in bytes. */
const ROOM_LEFT = 256 * 1024

export interface FailedJobStoreOptions {
  readonly path: string
  readonly openFile: OpenViewFile
  readonly log: Log
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Returns the jobs to be shown, newest last. */
  readonly jobs: () => readonly FailedJob[]
}

/**
 * Keeps `failed-jobs.json`, a view of the journal. Its writer destroys the file on a full disk and blocks for
 * a second in a read-only folder, so it is kept away from both. A view that could not be written is written
 * later; nothing depends on it. No call throws.
 */
export class FailedJobStore {
  private file: ViewFile | null = null
  private timer: NodeJS.Timeout | null = null
  private pending = false
  private nextAt = 0
  private retryMs = 0
  /** The pause until `nextAt`, when that was set. */
  private pauseMs = 0

  constructor(private readonly options: FailedJobStoreOptions) {}

  /**
   * Takes over the file: tidies up, sets a damaged file aside.
   * @returns the records that the file held
   */
  open(): readonly FailedJob[] {
    const { path } = this.options
    removeOrphans(dirname(path), (name) => name === basename(path))
    return this.inspect()
  }

  /** Schedules a write soon, one for many changes. */
  changed(): void {
    this.pending = true
    // Never longer than the pause itself: the wall clock may have been set back.
    const wait = Math.min(Math.max(0, this.nextAt - this.options.now()), this.pauseMs)
    this.timer ??= setTimeout(() => this.writeNow(), wait).unref()
  }

  /**
   * Schedules a write, once the backend runs, unless the file already shows what it should. Call it at the
   * start.
   */
  compare(shown: readonly FailedJob[]): void {
    if (isThere(this.options.path) && isDeepStrictEqual(shown, this.options.jobs())) return
    this.pause(STARTUP_DEFERRAL_MS)
    this.changed()
  }

  /**
   * Writes what is pending.
   * @returns true if the view is up to date
   */
  flush(): boolean {
    if (this.pending) this.writeNow()
    return !this.pending
  }

  stop(): void {
    this.flush()
    this.cancel()
  }

  private writeNow(): void {
    this.cancel()
    const { log, now, path } = this.options
    const startedAt = now()
    try {
      this.write()
    } catch (error) {
      // The next attempt opens the file again.
      this.file = null
      if (this.retryMs === 0)
        log.error('failed-jobs.json cannot be written: it will be rebuilt from the journal', {
          path,
          error: errorMessage(error),
        })
      this.retryMs = Math.min(Math.max(FIRST_RETRY_MS, this.retryMs * 2), LAST_RETRY_MS)
      this.pause(this.retryMs)
      this.changed()
      return
    }
    if (this.retryMs > 0) log.info('failed-jobs.json can be written again', { path })
    this.retryMs = 0
    this.pending = false
    this.pause(Math.max(MIN_INTERVAL_MS, (now() - startedAt) * TIME_SHARE))
  }

  private pause(ms: number): void {
    this.pauseMs = Math.min(ms, LAST_RETRY_MS)
    this.nextAt = this.options.now() + this.pauseMs
  }

  private write(): void {
    const { jobs, now, openFile, path } = this.options
    const list = jobs()
    ensureFolder(dirname(path), now())
    probe(path, Buffer.byteLength(JSON.stringify({ jobs: list }, undefined, '\t')))
    if (this.file === null) {
      this.inspect()
      this.file = openFile(path)
    }
    this.file.write(list)
  }

  private inspect(): readonly FailedJob[] {
    const { log, now, path } = this.options
    const view = readFailedJobView(path)
    if (view.damage === null) return view.jobs
    try {
      const movedTo = setAside(path, now())
      log.warn('failed-jobs.json was damaged: moved aside, and rebuilt from the journal', {
        reason: view.damage,
        movedTo,
      })
    } catch (error) {
      log.warn('failed-jobs.json is damaged and could not be moved aside', {
        path,
        reason: view.damage,
        error: errorMessage(error),
      })
    }
    return view.jobs
  }

  private cancel(): void {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
  }
}

/** @throws if a file of so many bytes cannot be written beside `path` */
function probe(path: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(dirname(path))
  if (bavail * bsize < bytes + ROOM_LEFT) throw new Error(`no room for ${bytes} bytes (ENOSPC)`)
  const trial = temporaryName(path)
  closeSync(openSync(trial, 'wx', 0o600))
  rmSync(trial)
}
