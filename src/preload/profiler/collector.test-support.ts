import type { HeapProfiler, Profiler } from 'node:inspector'
import { vi } from 'vitest'
import type { ProfileSetKind } from '../../common/protocol/profile-set'
import { Collector } from './collector'
import type { CpuRecorder } from './cpu-recorder'
import type { HeapSampler } from './heap-sampler'
import type { ProfilerReport } from './messages'
import type { ProfileFiles, SetFacts, SetFiles } from './profile-files'

export const MB = 2 ** 20
/** Not so small that it may be full in a moment: then it is always recorded. */
const LIMIT_MB = 2_000
export const LIMIT = LIMIT_MB * MB
const callFrame = { functionName: '(root)', scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 }
const HEAP: HeapProfiler.SamplingHeapProfile = { head: { callFrame, selfSize: 0, children: [] } }
export const profileOf = (...frames: object[]): Profiler.Profile => ({
  nodes: [
    { id: 1, callFrame, children: frames.map((_, at) => at + 2) },
    ...frames.map((frame, at) => ({ id: at + 2, callFrame: { ...callFrame, ...frame }, hitCount: 1 })),
  ],
  startTime: 0,
  endTime: 1,
})

/** A fake backend, its inspector and its disk. `calls` records everything in order. */
export function backend({ smallMb = 10, memoryLimitBytes = null as number | null } = {}) {
  const calls: string[] = []
  const reports: ProfilerReport[] = []
  const sets: (SetFacts & { readonly has: string; readonly missesSourceMaps: boolean | undefined })[] = []
  const state = {
    usedMb: 10,
    /** The main thread's last vitals; `null` if they are current. */
    vitalMb: null as number | null,
    smallMb,
    pauseMs: 1,
    disk: '',
    inspector: '',
    /** True if the inspector does not respond. */
    hang: false,
    cpu: profileOf({ functionName: 'leak' }),
  }
  const inspect = async <T>(call: string, answer: () => T): Promise<T> => {
    if (call !== '') calls.push(call)
    if (state.hang) await new Promise(() => {})
    if (state.inspector !== '') throw new Error(state.inspector)
    return answer()
  }
  const heap: Pick<HeapSampler, 'profile' | 'usedBytes' | 'endInlining' | 'allowInlining'> = {
    usedBytes: () => inspect('', () => state.usedMb * MB),
    profile: () => inspect('heap', () => ({ profile: HEAP, pauseMs: state.pauseMs })),
    endInlining: () => inspect('end inlining', () => {}),
    allowInlining: () => inspect('allow inlining', () => {}),
  }
  const recorder = (name: string): CpuRecorder => {
    const profile = () => ({ profile: state.cpu, startMicros: 1e15, endMicros: 1e15 + 5_000_000 })
    const fake: Pick<CpuRecorder, 'cut' | 'end'> = {
      cut: () => inspect(`cut ${name}`, profile),
      end: () => inspect(`end ${name}`, profile),
    }
    return fake as CpuRecorder
  }
  const files: Pick<ProfileFiles, 'write' | 'forgetNearDeath'> = {
    forgetNearDeath() {},
    write(facts: SetFacts, { wall, space }: SetFiles, missesSourceMaps) {
      if (state.disk !== '') throw new Error(state.disk)
      const has = [wall && 'wall', space && 'space'].filter(Boolean).join('+')
      calls.push(`write ${facts.kind} ${has}`)
      sets.push({ ...facts, has, missesSourceMaps })
      return {} as never
    },
  }
  const collector = new Collector({
    files: files as ProfileFiles,
    heap: heap as HeapSampler,
    wall: recorder('wall'),
    recordCpu: (name) => inspect(`record ${name}`, () => recorder(name)),
    hold: { begin() {}, end() {} },
    heapLimitBytes: LIMIT,
    memoryLimitBytes,
    vitals: () => ({
      usedBytes: (state.vitalMb ?? state.usedMb) * MB,
      smallObjectBytes: state.smallMb * MB,
    }),
    report: (report) => reports.push(report),
  })
  /** Reads the heap once in ten seconds. */
  const fill = async (...shares: number[]) => {
    for (const share of shares) {
      vi.setSystemTime(Date.now() + 10_000)
      state.usedMb = share * LIMIT_MB
      await collector.look()
    }
  }
  const warnings = () => reports.flatMap((report) => (report.type === 'warning' ? [report.message] : []))
  const kinds = (): ProfileSetKind[] => sets.map(({ kind }) => kind)
  return { collector, state, calls, sets, fill, kinds, warnings, reports }
}
