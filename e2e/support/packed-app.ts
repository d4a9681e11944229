import path from 'node:path'

const RELEASE = path.join(__dirname, '../../release')

/** Where electron-builder puts the unpacked app of this machine. */
export function packedApp(): { readonly executable: string; readonly resources: string } {
  if (process.platform === 'darwin') {
    const folder = process.arch === 'arm64' ? 'mac-arm64' : 'mac'
    const contents = path.join(RELEASE, folder, 'Hanzo Studio.app/Contents')
    return {
      executable: path.join(contents, 'MacOS/Hanzo Studio'),
      resources: path.join(contents, 'Resources'),
    }
  }
  const [prefix, name] =
    process.platform === 'win32' ? ['win', 'Hanzo Studio.exe'] : ['linux', 'hanzo-studio']
  const suffix = process.arch === 'x64' ? '' : `-${process.arch}`
  const folder = path.join(RELEASE, `${prefix}${suffix}-unpacked`)
  return { executable: path.join(folder, name), resources: path.join(folder, 'resources') }
}
