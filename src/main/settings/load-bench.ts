import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { type LoadedSettings, loadSettings, type SettingsContext } from './load'
import { GIB } from './memory-size'
import { readSettingsFile } from './settings-file'

type Values = Readonly<Record<string, unknown>>

/** The content of the sources, and what differs from the usual app and machine. */
export interface Given {
  readonly environment?: Record<string, string>
  readonly user?: Values
  readonly installer?: Values
  readonly options?: unknown
  /** The app's package.json. */
  readonly manifest?: Values
  readonly context?: Partial<SettingsContext>
}

/** Fresh folders on a real disk, and settings loaded from them. */
export interface Bench {
  readonly root: string
  readonly resourcesFolder: string
  readonly userFile: string
  readonly installerFile: string
  readonly packageFile: string
  load(given?: Given): LoadedSettings
}

/** Makes a fresh bench for each test of a file. */
export function useBench(): () => Bench {
  let bench: Bench
  beforeEach(() => {
    bench = createBench()
  })
  afterEach(() => fs.rmSync(bench.root, { recursive: true, force: true }))
  return () => bench
}

function createBench(): Bench {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'settings-'))
  const dataFolder = path.join(root, 'data')
  const resourcesFolder = path.join(root, 'resources')
  const userFile = path.join(dataFolder, 'settings.json')
  const installerFile = path.join(resourcesFolder, 'studio-monitor.json')
  fs.mkdirSync(dataFolder)
  fs.mkdirSync(resourcesFolder)

  const packageFile = path.join(root, 'package.json')

  const load = ({ environment = {}, user, installer, options, manifest, context = {} }: Given = {}) => {
    if (user) fs.writeFileSync(userFile, JSON.stringify(user))
    if (installer) fs.writeFileSync(installerFile, JSON.stringify(installer))
    if (manifest) fs.writeFileSync(packageFile, JSON.stringify(manifest))
    return loadSettings({
      env: environment,
      dataFolder,
      resourcesFolder,
      packageFile: manifest ? packageFile : null,
      options,
      readFile: readSettingsFile,
      appVersion: '1.2.3',
      embeddingApp: null,
      packaged: false,
      exampleBackend: '/app/example.cjs',
      totalMemoryBytes: 128 * GIB,
      cgroupLimitBytes: null,
      ...context,
    })
  }
  return { root, resourcesFolder, userFile, installerFile, packageFile, load }
}
