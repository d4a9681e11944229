// A thread that records its main thread by a script: `start NAME`, `cut NAME`, `end NAME`, `stuck STEP`, or
// milliseconds to wait.
import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { type CpuProfile, CpuRecorder } from '../cpu-recorder'
import { InspectorSession } from '../inspector-session'
import type { SilenceStep } from '../unresponsive'
import { StuckRecording } from '../unresponsive-recording'

setInterval(() => {}, 2 ** 30)

async function main(script: readonly string[]): Promise<void> {
  const session = InspectorSession.connect()
  await CpuRecorder.prepare(session)
  const recorders = new Map<string, CpuRecorder>()
  const recorded: { name: string; cpu: CpuProfile | null }[] = []
  const nowMicros = () => Date.now() * 1_000
  const stuck = new StuckRecording(
    () => CpuRecorder.start(session, 'stuck', nowMicros),
    () => performance.now(),
  )
  // A main thread that does not answer lets it so: nobody waits for one step before the next.
  const steps: Promise<void>[] = []
  for (const line of script) {
    const [command = '', name = ''] = line.split(' ')
    if (command === 'start') {
      recorders.set(name, await CpuRecorder.start(session, name, nowMicros))
      parentPort?.postMessage('started')
    } else if (command === 'cut' || command === 'end') {
      recorded.push({ name, cpu: (await recorders.get(name)?.[command]()) ?? null })
    } else if (command === 'stuck') {
      const step = stuck.follow(name as SilenceStep)
      steps.push(step.then((cpu) => void recorded.push({ name, cpu })))
    } else await sleep(Number(command))
  }
  await Promise.all(steps)
  parentPort?.postMessage(recorded)
}

main(workerData as string[])
