import { describe, expect, it } from 'vitest'
import fc from '../../testing/form/fast-check'
import { registerLine } from './register-first'
import { loadsIn, placedPath } from './specifiers'

const NAMES = ['studio-datadog-monitor', 'studio-datadog-monitor/register']
const names = (code: string) => loadsIn(code).map(({ start, end }) => code.slice(start, end))

describe('what a bundled file loads of us', () => {
  it('is found however it is loaded, also minimised and in text that is evaluated', () => {
    for (const name of NAMES) {
      const ways = [
        `require("${name}")`,
        `require ( '${name}' )`,
        `require(\`${name}\`)`,
        `import"${name}"`,
        `import{a}from"${name}"`,
        `export * from '${name}'`,
        `await import("${name}")`,
        `createRequire(import.meta.url)("${name}")`,
        `eval("module.exports = require(\\"${name}\\")")`,
      ]
      for (const way of ways) expect(names(`a;${way};b`), way).toEqual([name])
    }
  })

  it('is nothing else: other packages, other subpaths, names of modules, text', () => {
    const others = [
      'require("studio-datadog-monitor/vite")',
      'require("studio-datadog-monitor-more")',
      'require("./studio-datadog-monitor")',
      '__webpack_require__("studio-datadog-monitor")',
      'Symbol.for("studio-datadog-monitor")',
      'console.log("studio-datadog-monitor")',
    ]
    expect(others.flatMap(names)).toEqual([])
  })

  it('lies beside the bundle, however deep the file is', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'chunks'), { maxLength: 4 }), (folders) => {
        const file = [...folders, 'main.js'].join('/')
        const found = new URL(placedPath(file, NAMES[1] ?? ''), `file:///out/${file}`)
        expect(found.pathname).toBe('/out/studio-datadog-monitor/dist/main/register.cjs')
        expect(placedPath(file, NAMES[0] ?? '')).toMatch(/^\.\.?\//)
      }),
    )
    expect(placedPath('chunks\\a.js', NAMES[0] ?? '')).toBe('../studio-datadog-monitor/dist/main/monitor.cjs')
  })
})

describe('the first line', () => {
  it('keeps a strict script strict, and a hashbang first', () => {
    expect(registerLine('a()', './r.cjs', 'cjs')).toEqual({
      at: 0,
      linesBefore: 0,
      line: 'require("./r.cjs");\n',
    })
    expect(registerLine("'use strict';a()", './r.cjs', 'cjs').line).toBe('"use strict";require("./r.cjs");\n')
    const { at, linesBefore, line } = registerLine('#!/usr/bin/env node\n"use strict"\n', './r.cjs', 'cjs')
    expect([at, linesBefore, line]).toEqual([20, 1, '"use strict";require("./r.cjs");\n'])
    expect(registerLine('a()', './r.cjs', 'es').line).toBe('import "./r.cjs";\n')
  })
})
