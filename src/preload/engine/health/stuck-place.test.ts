import { describe, expect, it } from 'vitest'
import type { PythonStack } from '../../../common/engine/python-stack'
import { describePlace, MAIN, placeIn, stuckPlaces, WORKER } from './stuck-place'

const frame = (text: string) => {
  const [, name = '', file = '', line = ''] = /^(\S+) (.*):(\d+)$/.exec(text) ?? []
  return { function: name, file, line: Number(line) }
}
const stack = (thread: string, ...frames: string[]): PythonStack => ({ thread, frames: frames.map(frame) })

const IDLE_MAIN = stack(MAIN, 'select /usr/lib/python3.11/selectors.py:468', 'main /engine/main.py:376')
const IDLE_WORKER = stack(
  WORKER,
  'wait /usr/lib/python3.11/threading.py:331',
  'get /engine/execution.py:1100',
)
const BUSY_WORKER = stack(
  WORKER,
  'einsum /venv/lib/python3.11/site-packages/torch/functional.py:7',
  'decode /engine/custom_nodes/vae_pack/vae.py:210',
  'execute /engine/execution.py:491',
)

describe('the place that an engine is stuck in', () => {
  it('is the worker’s, in the code of a custom node, while all else waits', () => {
    const [first, ...others] = stuckPlaces([IDLE_MAIN, BUSY_WORKER])
    expect(first && describePlace(first)).toBe('decode (custom_nodes/vae_pack/vae.py:210)')
    expect(first?.isLoading).toBe(false)
    expect(others).toEqual([])
  })

  it('is the event loop’s where it does not wait, and then the worker’s', () => {
    const main = stack(
      MAIN,
      'sort /base/custom_nodes/a/routes.py:3',
      'run_forever /usr/lib/python3.11/asyncio/base_events.py:607',
    )
    expect(stuckPlaces([BUSY_WORKER, main]).map(describePlace)).toEqual([
      'sort (custom_nodes/a/routes.py:3)',
      'decode (custom_nodes/vae_pack/vae.py:210)',
    ])
  })

  it('is another thread’s where both wait, and none where all do', () => {
    const other = stack('0x03', 'grind /engine/custom_nodes/b.py:9')
    expect(stuckPlaces([IDLE_MAIN, IDLE_WORKER, other]).map(describePlace)).toEqual([
      'grind (custom_nodes/b.py:9)',
    ])
    expect(stuckPlaces([IDLE_MAIN, IDLE_WORKER])).toEqual([])
    expect(stuckPlaces([{ thread: WORKER, frames: [] }])).toEqual([])
  })

  it('is a frame of the engine’s own without a custom node, with a path of two parts, on Windows too', () => {
    const windows = stack(
      WORKER,
      'mm C:\\venv\\Lib\\site-packages\\torch\\x.py:1',
      'sample C:\\Studio\\comfy\\samplers.py:30',
    )
    expect(stuckPlaces([windows]).map(describePlace)).toEqual(['sample (comfy/samplers.py:30)'])
    const deep = stack(WORKER, 'f C:\\Studio\\custom_nodes\\p\\q\\r.py:30')
    expect(stuckPlaces([deep]).map(describePlace)).toEqual(['f (custom_nodes/p/q/r.py:30)'])
  })

  it('is looked for in one thread, waiting or not', () => {
    const place = placeIn([IDLE_WORKER, IDLE_MAIN], MAIN)
    expect(place && describePlace(place)).toBe('main (engine/main.py:376)')
    expect(placeIn([IDLE_WORKER], MAIN)).toBeNull()
  })
})

describe('a model that loads', () => {
  it.each([
    'load_torch_file /engine/comfy/utils.py:30',
    'partially_load /engine/comfy/model_patcher.py:700',
    'load_models_gpu /engine/comfy/model_management.py:600',
    'from_pretrained /venv/lib/python3.11/site-packages/transformers/modeling_utils.py:1',
    'persistent_load /venv/lib/python3.11/site-packages/torch/serialization.py:1',
    'get_tensor /venv/lib/python3.11/site-packages/safetensors/torch.py:1',
    '_load_unlocked <frozen importlib._bootstrap>:1',
  ])('is known by any frame: %s', (loading) => {
    const worker = stack(
      WORKER,
      'f /venv/lib/python3.11/site-packages/x.py:1',
      loading,
      'execute /engine/execution.py:491',
    )
    expect(stuckPlaces([worker])[0]?.isLoading).toBe(true)
  })

  it.each([
    'unload_model /engine/comfy/model_management.py:1',
    'download /engine/app/models.py:1',
    'upload_image /engine/server.py:1',
    'workload /engine/custom_nodes/a.py:1',
    'overloaded /engine/custom_nodes/a.py:1',
  ])('is not everything that sounds like it: %s', (other) => {
    expect(stuckPlaces([stack(WORKER, other)])[0]?.isLoading).toBe(false)
  })
})
