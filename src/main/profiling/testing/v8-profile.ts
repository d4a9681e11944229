import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { HeapProfiler, Profiler } from 'node:inspector'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { encodeSync } from '@datadog/pprof/out/src/profile-encoder'
import { serializeHeapProfile, serializeTimeProfile } from '@datadog/pprof/out/src/profile-serializer'
import type { AllocationProfileNode, TimeProfileNode } from '@datadog/pprof/out/src/v8-types'

/** Bytes between samples, as in dd-trace. */
const HEAP_INTERVAL = 512 * 1024
const CPU_INTERVAL_MICROS = 1_000

const RUNNER = `
const { writeFileSync } = require('node:fs')
const { Session } = require('node:inspector')
const session = new Session()
session.connect()
const post = (method, parameters) =>
  new Promise((resolve, reject) =>
    session.post(method, parameters, (error, result) => (error ? reject(error) : resolve(result))))
const [, , kind, program, output] = process.argv
async function main() {
  await post('Profiler.enable')
  if (kind === 'heap') {
    // V8 charges what an inlined function allocates to the one it is inlined into. Counting calls stops the inlining.
    await post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
    await post('HeapProfiler.startSampling', { samplingInterval: ${HEAP_INTERVAL} })
  } else {
    await post('Profiler.setSamplingInterval', { interval: ${CPU_INTERVAL_MICROS} })
    await post('Profiler.start')
  }
  await require(program)()
  const { profile } = await post(kind === 'heap' ? 'HeapProfiler.getSamplingProfile' : 'Profiler.stop')
  writeFileSync(output, JSON.stringify(profile))
  process.exit(0)
}
main()
`

/** Files by name, below a folder; \`main.js\` exports the function that is profiled. */
export type Program = Readonly<Record<string, string>>

/** The heap profile of a real Node that ran the program, as the profiler thread encodes it. */
export function heapProfileOf(program: Program, folder: string): Buffer {
  const profile = runProfiled('heap', program, folder) as HeapProfiler.SamplingHeapProfile
  const build = (node: HeapProfiler.SamplingHeapProfileNode): AllocationProfileNode => ({
    ...frame(node.callFrame),
    allocations: node.selfSize > 0 ? [{ sizeBytes: node.selfSize, count: 1 }] : [],
    children: node.children.map(build),
  })
  return encodeSync(serializeHeapProfile(build(profile.head), Date.now() * 1e6, HEAP_INTERVAL))
}

/** The CPU profile of a real Node that ran the program, as the profiler thread encodes it. */
export function cpuProfileOf(program: Program, folder: string): Buffer {
  const { nodes, startTime, endTime } = runProfiled('cpu', program, folder) as Profiler.Profile
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const build = ({ callFrame, hitCount = 0, children = [] }: Profiler.ProfileNode): TimeProfileNode => ({
    ...frame(callFrame),
    hitCount,
    children: children.flatMap((id) => {
      const child = byId.get(id)
      return child ? [build(child)] : []
    }),
  })
  const [root] = nodes
  if (!root) throw new Error('V8 gave no root')
  const topDownRoot = build(root)
  return encodeSync(
    serializeTimeProfile({ topDownRoot, startTime, endTime, hasCpuTime: false }, CPU_INTERVAL_MICROS),
  )
}

function runProfiled(kind: 'heap' | 'cpu', program: Program, folder: string): unknown {
  for (const [name, source] of Object.entries(program)) {
    const file = path.join(folder, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, source)
  }
  const runner = path.join(folder, 'runner.cjs')
  const output = path.join(folder, `${kind}.json`)
  writeFileSync(runner, RUNNER)
  const args = [runner, kind, path.join(folder, 'main.js'), output]
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`the profiled program failed: ${stderr}`)
  return JSON.parse(readFileSync(output, 'utf8'))
}

function frame({ functionName, scriptId, url, lineNumber, columnNumber }: Profiler.ProfileNode['callFrame']) {
  return {
    name: functionName,
    scriptName: url.startsWith('file://') ? fileURLToPath(url) : url,
    scriptId: Number(scriptId),
    lineNumber: lineNumber + 1,
    columnNumber: columnNumber + 1,
  }
}
