import type { JobMemory } from '../../../common/protocol/messages'
import type { ProbeGpu } from './memory-messages'
import type { ProbeMessageOf } from './messages'

/** The measure of a running job: its memory at the start, its GPU peak and its nodes, which its end alone does not say. */
export class JobMeasure {
  readonly #startBytes: number | null
  readonly #gpu: ProbeGpu
  #gpuHighest: number
  #nodesRun = 0

  constructor({ resident, gpu }: Pick<ProbeMessageOf<'started'>, 'resident' | 'gpu'>) {
    this.#startBytes = resident === null ? null : Math.max(0, resident)
    this.#gpu = gpu
    this.#gpuHighest = gpu?.allocated ?? 0
  }

  nodeEnded({ cached, gpu }: Pick<ProbeMessageOf<'node-end'>, 'cached' | 'gpu'>): void {
    if (cached !== true) this.#nodesRun += 1
    this.#gpuHighest = Math.max(this.#gpuHighest, gpu?.allocated ?? 0)
  }

  end(gpu: ProbeGpu): Pick<Required<JobMemory>, 'startBytes' | 'gpuBytes' | 'nodesRun'> {
    return { startBytes: this.#startBytes, gpuBytes: this.#gpuBytes(gpu), nodesRun: this.#nodesRun }
  }

  /** Torch's peak is that of the process: it is the job's own where the job has raised it. */
  #gpuBytes(gpu: ProbeGpu): number | null {
    if (gpu === null) return null
    const before = this.#gpu?.allocated ?? 0
    const isOwn = gpu.peak > (this.#gpu?.peak ?? 0)
    return Math.max(0, (isOwn ? gpu.peak : Math.max(this.#gpuHighest, gpu.allocated)) - before)
  }
}
