import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { packedApp } from '../packed-app'
import { commandLine } from './global-setup'
import { publishRuntime } from './runtime'
import { ownTemporaryFolder } from './temporary-folder'

/** Provides the app as `npm run dist -- --dir` left it. */
export default function packedSetup(): () => void {
  const { executable, resources } = packedApp()
  if (!existsSync(executable)) throw new Error(`there is no ${executable}: npm run dist -- --dir makes it`)
  letTestsChoose(path.join(resources, 'studio-monitor.json'))
  console.log(executable)
  publishRuntime({ executable, switches: commandLine().switches, packed: true })
  return ownTemporaryFolder()
}

/** The tests run backends of their own, in an app that otherwise runs only what its installer says. */
function letTestsChoose(installerFile: string): void {
  const chosen = { STUDIO_BACKEND_OVERRIDE: true }
  const shipped = JSON.parse(readFileSync(installerFile, 'utf8'))
  if (Object.keys(shipped).some((name) => name in chosen === false))
    throw new Error(`${installerFile} is not as it is shipped`)
  writeFileSync(installerFile, JSON.stringify(chosen))
}
