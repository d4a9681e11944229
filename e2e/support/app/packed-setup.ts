import { existsSync } from 'node:fs'
import { packedApp } from '../packed-app'
import { commandLine } from './global-setup'
import { publishRuntime } from './runtime'
import { ownTemporaryFolder } from './temporary-folder'

/** Provides the app as `npm run dist -- --dir` left it. */
export default function packedSetup(): () => void {
  const { executable } = packedApp()
  if (!existsSync(executable)) throw new Error(`there is no ${executable}: npm run dist -- --dir makes it`)
  console.log(executable)
  publishRuntime({ executable, switches: commandLine().switches, packed: true })
  return ownTemporaryFolder()
}
