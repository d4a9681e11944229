import { describe, expect, it } from 'vitest'
import { changedOptions, mergedChanges } from './restart-change'

const ENGINE = {
  engine: { command: ['python3', 'main.py'], args: ['--port', '8188'], url: 'http://127.0.0.1:8188' },
}
const FILE = { backend: { entry: 'backend.js', args: ['one'], env: { A: '1' } } }

describe('what a restart changes', () => {
  it('is what is given, and the rest stays', () => {
    expect(changedOptions(FILE, { args: ['two'] })).toEqual({ backend: { ...FILE.backend, args: ['two'] } })
    expect(changedOptions(FILE, { env: { B: '2' }, cwd: '/tmp' })).toEqual({
      backend: { ...FILE.backend, env: { B: '2' }, cwd: '/tmp' },
    })
    expect(changedOptions(ENGINE, { command: ['uv', 'run', 'main.py'] }).engine).toEqual({
      ...ENGINE.engine,
      command: ['uv', 'run', 'main.py'],
    })
  })

  it('has another address where the arguments name one, and keeps it where they do not', () => {
    expect(changedOptions(ENGINE, { args: ['--port', '9000'] }).engine).not.toHaveProperty('url')
    expect(changedOptions(ENGINE, { args: ['--lowvram'] }).engine?.url).toBe(ENGINE.engine.url)
    const url = 'http://127.0.0.1:7777'
    expect(changedOptions(ENGINE, { args: ['--port', '9000'], url }).engine?.url).toBe(url)
  })

  it('puts a file in the place of an engine, and the other way round', () => {
    expect(changedOptions(ENGINE, { entry: 'backend.js' })).toEqual({ backend: { entry: 'backend.js' } })
    expect(changedOptions(FILE, { command: ['studio'] }).engine).toEqual({ command: ['studio'] })
  })

  it('is refused where it does not go together', () => {
    expect(() => changedOptions({}, { entry: 'a.js', command: ['b'] })).toThrow(
      /one, a JavaScript file or an engine/,
    )
    expect(() => changedOptions(FILE, { url: 'http://127.0.0.1:1' })).toThrow(/for an engine alone/)
  })

  it('of two restarts at once is what the later one says, and what the earlier one says of the rest', () => {
    expect(mergedChanges({ args: ['a'], cwd: '/one' }, { args: ['b'] })).toEqual({ args: ['b'], cwd: '/one' })
    expect(mergedChanges({ command: ['a'] }, { entry: 'b.js' })).toEqual({ entry: 'b.js' })
    expect(mergedChanges(null, { args: [] })).toEqual({ args: [] })
    expect(mergedChanges({ args: [] }, null)).toEqual({ args: [] })
  })
})
