import assert from 'node:assert/strict'
import * as v from 'valibot'
import { parsePythonFatal } from '../../src/main/backend/python-fatal'
import { parseGpuMemory } from '../../src/main/memory/gpu-memory'
import { parseFrame } from '../../src/preload/engine/api/frames'
import { HistorySchema, JobsSchema, NodeTypesSchema, QueueSchema } from '../../src/preload/engine/api/jobs'
import { textCorpus } from '../support/corpus'
import { expectMeasure } from '../support/expect'
import { mutatedText } from '../support/mutate'
import { promise, type Target } from '../support/target'

const FRAMES = textCorpus('engine-frames')
const ANSWERS = textCorpus('engine-answers')
const LAST_WORDS = textCorpus('python-last-words')
const GPUS = textCorpus('gpus')

export const engine: Target = {
  name: 'engine',
  promises: [
    promise('a frame', mutatedText(FRAMES), (text) => {
      const frame = parseFrame(text)
      if (frame?.type === 'status') assert.ok(frame.remaining >= 0)
      if (frame?.type === 'nodes') for (const { share } of frame.nodes) assert.ok(share >= 0 && share <= 1)
    }),
    promise('an answer', mutatedText(ANSWERS), (text) => {
      const body = parsed(text)
      for (const schema of [JobsSchema, QueueSchema]) {
        const listing = v.safeParse(schema, body)
        if (listing.success)
          assert.ok([...listing.output.running, ...listing.output.pending].every((id) => id !== ''))
      }
      v.safeParse(HistorySchema, body)
      v.safeParse(NodeTypesSchema, body)
    }),
    promise("Python's last words", mutatedText(LAST_WORDS), (text) => {
      const fatal = parsePythonFatal(text)
      if (fatal) assert.ok(fatal.error.name !== '' && fatal.error.message.length <= 500)
    }),
    promise('the memory of GPUs', mutatedText(GPUS), (text) => {
      const memory = parseGpuMemory(text)
      if (memory) [memory.usedBytes, memory.totalBytes].forEach(expectMeasure)
    }),
  ],
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
