import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { appRuntime } from './app/runtime'
import { installApp, installPackage } from './installed-app'

const PROJECT = path.join(__dirname, '../..')
const APPS = path.join(__dirname, '../integration/bundled')
const PUPPET = path.join(__dirname, '../backends/puppet.cjs')

/** The backend that an app of `e2e/integration/bundled` starts. */
export const BACKEND = { EMBEDDED_BACKEND: PUPPET }

type Environment = Readonly<Record<string, string>>

/** A project with the sources that all of them have, and the package as npm installs it. @param name its folder there */
export function bundledProject(name: string): string {
  const source = mkdtempSync(path.join(os.tmpdir(), 'studio-bundled-'))
  cpSync(path.join(APPS, name), source, { recursive: true })
  cpSync(path.join(APPS, 'source'), path.join(source, 'source'), { recursive: true })
  return installPackage(source)
}

/** Runs a tool of ours in another project. @param tool its file in `node_modules` */
export function runTool(project: string, tool: string, args: readonly string[], env: Environment = {}): void {
  run(project, [path.join(PROJECT, 'node_modules', tool), ...args], env)
}

/** Runs a project's `build.mjs`, which exports a function of the bundler that it is given. @param bundler its file in `node_modules` */
export function runBuild(project: string, bundler: string, env: Environment = {}): void {
  const files = [path.join(project, 'build.mjs'), path.join(PROJECT, 'node_modules', bundler)]
  const [build, tool] = files.map((file) => JSON.stringify(pathToFileURL(file)))
  const program = `import bundler from ${tool}; import { build } from ${build}; await build(bundler)`
  run(project, ['--input-type=module', '--eval', program], env)
}

function run(project: string, args: readonly string[], env: Environment): void {
  execFileSync(process.execPath, args, {
    cwd: project,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/** The app with nothing in it but what is named: packagers that know a bundler leave out the modules. */
export function installOnly(project: string, ...names: readonly string[]): string {
  const app = mkdtempSync(path.join(os.tmpdir(), 'studio-shipped-'))
  for (const name of ['package.json', ...names]) {
    cpSync(path.join(project, name), path.join(app, name), { recursive: true, verbatimSymlinks: true })
  }
  return installApp(app)
}

/** A project without modules. @param name its folder there */
export function bareProject(name: string): string {
  const project = mkdtempSync(path.join(os.tmpdir(), 'studio-bare-'))
  cpSync(path.join(APPS, name), project, { recursive: true })
  cpSync(path.join(APPS, 'source'), path.join(project, 'source'), { recursive: true })
  return project
}

/** Packs a project by electron-builder, into an archive, with this project's Electron. @returns the executable */
export function packApp(project: string, env: Environment = {}): string {
  const electron = path.dirname(appRuntime().executable)
  const config = {
    electronDist: electron,
    electronVersion: readFileSync(path.join(electron, 'version'), 'utf8').trim(),
    npmRebuild: false,
    linux: { executableName: 'the-app' },
    files: ['!tools'],
    directories: { output: 'packed' },
  }
  const program = `
    const { rmSync } = require('node:fs')
    const { build, Platform } = require(${JSON.stringify(path.join(PROJECT, 'node_modules/electron-builder'))})
    // An Electron that was unpacked for development has an app of its own.
    const afterExtract = ({ appOutDir }) => rmSync(appOutDir + '/resources/default_app.asar', { force: true })
    const config = { ...${JSON.stringify(config)}, afterExtract }
    const targets = Platform.current().createTarget('dir')
    build({ projectDir: process.cwd(), publish: 'never', targets, config }).catch((error) => {
      console.error(error)
      process.exit(1)
    })`
  run(project, ['--eval', program], env)
  return path.join(project, 'packed/linux-unpacked/the-app')
}
