import path from 'node:path'
import { expect, it } from 'vitest'
import { displayName, frameKind } from './frames'

it.each([
  ['/app/blur.js', null, 'project'],
  ['/app/blur.js', '/app', 'project'],
  ['/app/blur.js', '/app/', 'project'],
  ['/apple/blur.js', '/app', 'outside'],
  ['file:///app/blur.mjs', '/app', 'project'],
  ['C:\\Users\\me\\app\\blur.js', 'c:\\Users\\me\\app', 'project'],
  ['file:///C:/Users/me/app/blur.js', 'C:\\Users\\me\\app', 'project'],
  ['webpack://studio/./src/blur.ts', '/app', 'project'],
  ['webpack://studio/./node_modules/ws/index.js', '/app', 'dependency'],
  ['/app/node_modules/ws/index.js', '/app', 'dependency'],
  ['C:\\app\\node_modules\\ws\\index.js', null, 'dependency'],
  ['/opt/app.asar.unpacked/node_modules/ws/index.js', null, 'dependency'],
  ['/home/me/node_modules/studio/backend.js', '/home/me/node_modules/studio', 'project'],
  ['/home/me/node_modules/studio/node_modules/ws/a.js', '/home/me/node_modules/studio', 'dependency'],
  ['/app/my_node_modules/blur.js', '/app', 'project'],
  ['node:internal/streams/writable', '/app', 'runtime'],
  ['node:electron/js2c/utility_init', '/app', 'runtime'],
  ['electron/js2c/asar_bundle', null, 'runtime'],
  ['wasm://wasm/8d2a', null, 'runtime'],
])('%s in %s is %s', (file, root, kind) => {
  expect(frameKind({ name: 'blur', file }, root)).toBe(kind)
})

it.each([
  ['/monitor/dist/preload/index.cjs', ['/monitor/dist/preload'], null],
  ['file:///monitor/src/preload/profiler/worker.ts', ['/monitor/dist/preload', '/monitor/src/preload'], null],
  ['C:\\monitor\\dist\\preload\\index.cjs', ['c:\\monitor\\dist\\preload'], null],
  ['/app/src/preload/textures.js', ['/monitor/src/preload'], 'project'],
  ['/app/dist/preload/index.cjs', ['/monitor/dist/preload'], 'project'],
] as const)('%s beside the monitor in %j is %s', (file, own, kind) => {
  expect(frameKind({ name: 'blur', file }, null, own)).toBe(kind)
})

it('what runs ahead of the backend is nobody', () => {
  for (const folder of ['dist', 'src']) {
    const file = path.resolve(__dirname, '../../..', folder, 'preload/index.cjs')
    expect(frameKind({ name: 'beat', file }, path.dirname(file))).toBeNull()
  }
})

it.each(['(root)', '(program)', '(idle)', '(garbage collector)', 'Garbage Collection', 'Node.js'])(
  'the placeholder %s is nobody',
  (name) => {
    expect(frameKind({ name, file: '' }, null)).toBeNull()
    expect(frameKind({ name, file: '/app/blur.js' }, null)).toBe('project')
  },
)

it.each(['set', '', '(V8 API)'])('%j without a file is native', (name) => {
  expect(frameKind({ name, file: '' }, null)).toBe('native')
})

it.each([
  ['', '(anonymous)'],
  ['(anonymous:L#12:C#3)', '(anonymous)'],
  ['(anonymous:L#12)', '(anonymous)'],
  ['blur', 'blur'],
  ['module.exports', 'module.exports'],
])('%j is shown as %s', (name, shown) => {
  expect(displayName({ name, file: '' })).toBe(shown)
})
