import { studioMonitor } from 'studio-datadog-monitor/esbuild'

const { FORMAT = 'cjs', MINIFY, WITHOUT_PLUGIN } = process.env
const isModule = FORMAT === 'esm'

/** @param {typeof import('esbuild')} esbuild */
export function build(esbuild) {
  return esbuild.build({
    entryPoints: { main: 'source/main.mjs' },
    bundle: true,
    platform: 'node',
    format: FORMAT,
    splitting: isModule,
    external: ['electron'],
    outdir: 'out',
    outExtension: { '.js': isModule ? '.mjs' : '.cjs' },
    sourcemap: true,
    minify: MINIFY === 'true',
    plugins: WITHOUT_PLUGIN === 'true' ? [] : [studioMonitor()],
  })
}
