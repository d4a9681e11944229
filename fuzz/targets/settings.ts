import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { SETTING_NAMES, SETTINGS, type Setting } from '../../src/main/settings/definitions'
import { loadSettings } from '../../src/main/settings/load'
import { readMemorySize, showMemorySize } from '../../src/main/settings/memory-size'
import { restartLimit } from '../../src/main/settings/restart-limit'
import { parseSettingsFile, readSettingsFile } from '../../src/main/settings/settings-file'
import { corpus, textCorpus } from '../support/corpus'
import { expectOneLine } from '../support/expect'
import { mutated, mutatedText } from '../support/mutate'
import { promise, type Target } from '../support/target'
import { DEEP_JSON } from '../support/tokens'
import { jsonValue } from '../support/values'

const MAX_LINE = 1_000
const MAX_PROBLEMS = 21
const SECRET = 'c0ffee5ec2e7c0ffee5ec2e7'

const VALUES = [
  'production',
  '512MB',
  '1.5 GiB',
  '0',
  '64GiB',
  '5/10m',
  ' 3 / 24 H ',
  'true',
  'auto',
  '0.25',
  '1e-3',
  '8126',
  '["--port", "8188"]',
  'http://[::1]:8126',
  'unix:///var/run/datadog/apm.socket',
  '::1',
  'localhost',
  './backend.cjs',
  'on-failure',
]
const FILES = corpus('settings')
const DEEP_FILES = [Buffer.from(`{"DD_ENV":${DEEP_JSON},"DD_TAGS":${DEEP_JSON}}`)]
const folder = mkdtempSync(path.join(os.tmpdir(), 'studio-fuzz-'))
const none = mkdtempSync(path.join(os.tmpdir(), 'studio-fuzz-'))
const context = {
  appVersion: '1.0.0',
  packaged: true,
  exampleBackend: null,
  totalMemoryBytes: 2 ** 34,
  cgroupLimitBytes: null,
  embeddingApp: null,
  packageFile: null as string | null,
  options: undefined as unknown,
  readFile: readSettingsFile,
}

function checkLoad(
  environment: Readonly<Record<string, string>>,
  file: Uint8Array | null,
  own: Partial<typeof context> = {},
): void {
  if (file) writeFileSync(path.join(folder, 'settings.json'), file)
  const env = { ...environment, DD_API_KEY: SECRET }
  const dataFolder = file ? folder : none
  const loaded = loadSettings({ ...context, ...own, env, dataFolder, resourcesFolder: null })
  assert.deepEqual(Object.keys(loaded.settings), SETTING_NAMES)
  assert.ok(loaded.problems.length <= MAX_PROBLEMS)
  for (const line of loaded.problems) expectOneLine(line, MAX_LINE)
  for (const [name, value] of Object.entries(loaded.datadogEnvironment))
    assert.ok(!name.includes('\0') && !value.includes('\0') && name.startsWith('DD_'), `${name}=${value}`)
  assert.ok(!JSON.stringify([loaded.problems, loaded.listing]).includes(SECRET), 'a secret is told')
}

function checkFile(bytes: Uint8Array): void {
  const file = parseSettingsFile(Buffer.from(bytes))
  if (file.values === null) expectOneLine(file.damage ?? '', 200)
  checkLoad({}, bytes)
}

/** Checks what an app has in its package.json, under the key and around it. */
function checkPackage(bytes: Uint8Array): void {
  const packageFile = path.join(folder, 'package.json')
  const keyed = Buffer.concat([Buffer.from('{"studioMonitor":'), bytes, Buffer.from('}')])
  for (const content of [bytes, keyed]) {
    writeFileSync(packageFile, content)
    checkLoad({}, null, { packageFile })
  }
}

/** Checks that the shown form of a value means that value. */
function checkParser(setting: Setting<unknown>, raw: unknown): void {
  const parsed = setting.parser.parse(raw, '/folder')
  if (!parsed.ok || parsed.value === null) return
  const shown = setting.parser.show(parsed.value)
  // A folder's name may end in a space before its last slash, which is lost with the slash.
  if (shown === shown.trim()) assert.deepEqual(setting.parser.parse(shown, '/folder'), parsed)
}

const names = [...SETTING_NAMES, 'DD_TAGS', 'STUDIO_RESTRAT', 'DD_X\u0000', '__proto__']
const value = fc.oneof(mutatedText(VALUES), fc.string({ unit: 'binary', maxLength: 12 }))
const environment = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 4 })

export const settings: Target = {
  name: 'settings',
  promises: [
    promise('an environment', environment, (variables) => checkLoad(variables, null)),
    promise('a settings file', mutated(FILES), checkFile),
    promise("an app's package.json", mutated(FILES), checkPackage),
    promise(
      'settings in code',
      fc.oneof(jsonValue, fc.dictionary(fc.constantFrom(...names), fc.anything())),
      (options) => checkLoad({}, null, { options }),
    ),
    promise('a settings file, deep', mutated(DEEP_FILES), checkFile, 0.005),
    promise(
      'what a parser shows is what it takes',
      fc.tuple(fc.constantFrom(...SETTING_NAMES), fc.oneof(value, jsonValue)),
      ([name, raw]) => checkParser(SETTINGS[name] as Setting<unknown>, raw),
    ),
  ],
}

export const memorySizes: Target = {
  name: 'memory-sizes',
  promises: [
    promise('any text', mutatedText(textCorpus('memory-sizes')), (text) => {
      const bytes = readMemorySize(text)
      if (bytes === undefined) return
      assert.ok(Number.isSafeInteger(bytes) && bytes >= 0)
      assert.equal(readMemorySize(showMemorySize(bytes)), bytes)
    }),
    promise('any size', fc.maxSafeNat(), (bytes) => {
      assert.equal(readMemorySize(showMemorySize(bytes)), bytes)
    }),
  ],
}

export const restartLimits: Target = {
  name: 'restart-limits',
  promises: [
    promise('any text', mutatedText(textCorpus('restart-limits')), (text) => {
      const parsed = restartLimit.parse(text, '')
      if (!parsed.ok) return
      const { deaths, windowMs } = parsed.value
      assert.ok(deaths >= 1 && deaths <= 1_000 && windowMs >= 1_000 && windowMs <= 86_400_000)
      assert.deepEqual(restartLimit.parse(restartLimit.show(parsed.value), ''), parsed)
    }),
  ],
}
