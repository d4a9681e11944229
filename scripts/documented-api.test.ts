import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../testing/program/program'

const ROOT = path.join(__dirname, '..')

/** The names that the examples take for granted, as a reader does. */
const GRANTED = `
type Package = typeof import('studio-datadog-monitor')
declare const app: import('electron').App
declare const entry: string
declare const answerOfLastTime: import('studio-datadog-monitor').Consent | undefined
declare const startAsAlways: () => void
declare const render: () => Promise<void>
declare const runStudioCommand: Package['runStudioCommand']
declare const startStudioMonitor: Package['startStudioMonitor']
`

const DOCUMENTS = ['README.md', 'docs/api.md', 'docs/embedding.md', 'docs/backend.md', 'docs/packaging.md']
const examples = DOCUMENTS.flatMap((document) =>
  [...readFileSync(path.join(ROOT, document), 'utf8').matchAll(/^```js\n(.*?)^```$/gms)].map(
    ([, code = '']) => code,
  ),
)

/** Type-checks code of an app in JavaScript that has the package. @returns what the compiler says, by the code's number */
function faultsOf(codes: readonly string[]): Promise<string[]> {
  const folder = temporaryFolder()
  const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text)
  // A name that a block declares is its own.
  for (const [n, code] of codes.entries()) {
    const isModule = /^(import|export|module\.exports)\b/m.test(code)
    write(`example-${n}.js`, isModule ? code : `module.exports = async () => {\n${code}\n}`)
  }
  write('granted.d.ts', GRANTED)
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2023'],
    module: 'preserve',
    moduleResolution: 'bundler',
    paths: {
      'studio-datadog-monitor': [path.join(ROOT, 'src/main/embedding.ts')],
      'studio-datadog-monitor/register': [path.join(ROOT, 'src/main/startup/tracer.ts')],
      'studio-datadog-monitor/*': [path.join(ROOT, 'src/bundlers/*.ts')],
      esbuild: [path.join(ROOT, 'node_modules/esbuild/lib/main.d.ts')],
      electron: [path.join(ROOT, 'node_modules/electron/electron.d.ts')],
    },
    typeRoots: [path.join(ROOT, 'node_modules/@types')],
    types: ['node'],
    strict: true,
    noImplicitAny: false,
    skipLibCheck: true,
    allowJs: true,
    checkJs: true,
    noEmit: true,
  }
  write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['*.js', '*.d.ts'] }))
  const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc')
  return new Promise((resolve) => {
    execFile(process.execPath, [tsc, '-p', folder], { cwd: folder }, (_error, stdout, stderr) => {
      // The package's own sources are checked elsewhere, under the project's options.
      const lines = `${stdout}${stderr}`.split('\n')
      resolve(codes.map((_, n) => lines.find((line) => line.includes(`example-${n}.js`)) ?? ''))
    })
  })
}

it('the examples of the documentation are code that the types accept', async () => {
  expect(examples.length).toBeGreaterThanOrEqual(9)
  expect(await faultsOf(examples)).toEqual(examples.map(() => ''))
})

it('an example that says what there is not is found', async () => {
  const wrong: readonly [RegExp, string][] = [
    [/beforeRestart/, 'beforeRestrat'],
    [/monitor\.ready/, 'monitor.readyNow'],
    [/setConsent\('granted'\)/, "setConsent('perhaps')"],
    [/forwardToWindow, /, 'forwardToWindows, '],
    [/started\.stop\(\)/, 'started.end()'],
    [/tracePromise/, 'tracePromises'],
    [
      /\{ studioMonitor \} from 'studio-datadog-monitor\/vite'/,
      "{ studio } from 'studio-datadog-monitor/vite'",
    ],
  ]
  const changed = wrong.map(([right, put]) => {
    const example = examples.find((code) => right.test(code)) ?? ''
    expect(example).toMatch(right)
    return example.replace(right, put)
  })
  for (const fault of await faultsOf(changed)) expect(fault).toMatch(/error TS/)
})
