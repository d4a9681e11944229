import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'

/** The memory of one GPU, in bytes. */
export interface GpuMemory {
  readonly usedBytes: number
  readonly totalBytes: number
}

const QUERY = ['--query-gpu=memory.used,memory.total', '--format=csv,noheader,nounits']
/** Time for the tool to respond, in milliseconds: a driver that hangs blocks it too. */
const ANSWER_MS = 5_000
/** Interval of the readings: starting the tool takes tens of milliseconds of CPU. */
const INTERVAL_MS = 10_000
/** Failures in a row after which the tool is not run again: there is no such GPU, or no driver for it. */
const MAX_FAILURES = 3
const MIB = 2 ** 20

/**
 * Parses the GPU with the least free share, on which a job will fail first, from `nvidia-smi`'s list: one a
 * line, in MiB, `[N/A]` and the like if unknown. `null` if there is none.
 */
export function parseGpuMemory(output: string): GpuMemory | null {
  const gpus = output.split('\n').flatMap((line) => {
    const [, used, total] = /^\s*(\d{1,9}),\s*(\d{1,9})\s*$/.exec(line) ?? []
    const gpu = { usedBytes: Number(used) * MIB, totalBytes: Number(total) * MIB }
    return gpu.totalBytes > 0 && gpu.usedBytes <= gpu.totalBytes ? gpu : []
  })
  return gpus.toSorted((a, b) => b.usedBytes / b.totalBytes - a.usedBytes / a.totalBytes)[0] ?? null
}

export interface GpuWatchOptions {
  readonly onReading: (memory: GpuMemory) => void
  /** Returns the output of `nvidia-smi`. */
  readonly ask?: () => Promise<string>
  readonly intervalMs?: number
}

/** Reads the memory of NVIDIA's GPUs every ten seconds, as long as any respond. */
export class GpuWatch {
  readonly #options: Required<GpuWatchOptions>
  #timer: NodeJS.Timeout | null = null
  #failures = 0
  #isStopped = false

  constructor(options: GpuWatchOptions) {
    this.#options = { ask: askNvidiaSmi, intervalMs: INTERVAL_MS, ...options }
    void this.#read()
  }

  stop(): void {
    this.#isStopped = true
    if (this.#timer) clearTimeout(this.#timer)
  }

  async #read(): Promise<void> {
    const { ask, onReading, intervalMs } = this.#options
    const memory = await ask().then(parseGpuMemory, () => null)
    if (this.#isStopped) return
    this.#failures = memory ? 0 : this.#failures + 1
    if (memory) onReading(memory)
    if (this.#failures >= MAX_FAILURES) return
    this.#timer = setTimeout(() => void this.#read(), intervalMs).unref()
  }
}

/** Reads the fullest GPU once; `null` where there is none. Never rejects. */
export function readGpuMemory(): Promise<GpuMemory | null> {
  return askNvidiaSmi().then(parseGpuMemory, () => null)
}

async function askNvidiaSmi(): Promise<string> {
  const { stdout } = await promisify(execFile)(nvidiaSmi(), QUERY, { windowsHide: true, timeout: ANSWER_MS })
  return stdout
}

/**
 * The tool's path, on Windows the full one where the driver puts it: a bare name is looked up in the current
 * folder first.
 */
function nvidiaSmi(): string {
  if (process.platform !== 'win32') return 'nvidia-smi'
  return path.win32.join(process.env.SystemRoot || 'C:\\Windows', 'System32', 'nvidia-smi.exe')
}
