import assert from 'node:assert/strict'
import * as v from 'valibot'
import { parsePythonFatal } from '../../src/main/backend/python-fatal'
import { parseGpuMemory } from '../../src/main/memory/gpu-memory'
import { parseFrame } from '../../src/preload/engine/api/frames'
import { HistorySchema, JobsSchema, NodeTypesSchema, QueueSchema } from '../../src/preload/engine/api/jobs'
import { expectMeasure } from '../support/expect'
import { mutatedText } from '../support/mutate'
import { promise, type Target } from '../support/target'

const FRAMES = [
  '{"type":"status","data":{"status":{"exec_info":{"queue_remaining":3}}}}',
  '{"type":"progress","data":{"value":5,"max":20,"prompt_id":"a","node":"7"}}',
  '{"type":"progress_state","data":{"prompt_id":"a","nodes":{"1":{"state":"running","value":1,"max":4}}}}',
]
const ANSWERS = [
  '{"jobs":[{"id":"a","status":"in_progress"},{"id":"b","status":"pending"}],"pagination":{}}',
  '{"queue_running":[[0,"a",{},{},["1"]]],"queue_pending":[[1,"b",{},{},[]]]}',
  '{"a":{"status":{"status_str":"error","messages":[["execution_error",{"exception_type":"E","node_id":3}]]}}}',
  '{"id":"a","workflow":{"prompt":{"1":{"class_type":"Loader"},"__proto__":{"class_type":"x"}}}}',
]
const LAST_WORDS = [
  'Traceback (most recent call last):\n  File "a.py", line 3, in run\n    go()\nMemoryError: no\n',
  'Fatal Python error: Segmentation fault\n\nCurrent thread 0x1:\n  File "a.py", line 5 in f\n',
  "terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\n",
]
const GPUS = ['1234, 24576\n512, 24576\n', '[N/A], [Not Supported]\n', 'No devices were found\n']

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
