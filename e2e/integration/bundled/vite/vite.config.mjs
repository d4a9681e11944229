// As an app of Vite alone bundles its main: a library in CommonJS, with all of Node and the dependencies left out.
import { builtinModules } from 'node:module'
import { studioMonitor } from 'studio-datadog-monitor/vite'
import manifest from './package.json' with { type: 'json' }

const builtins = ['electron', ...builtinModules.flatMap((name) => [name, `node:${name}`])]

export default {
  logLevel: 'warn',
  build: {
    outDir: '.vite/build',
    minify: process.env.MINIFY === 'true',
    sourcemap: true,
    lib: { entry: 'source/main.mjs', formats: ['cjs'], fileName: () => 'main.cjs' },
    rollupOptions: {
      external: [...builtins, ...Object.keys(manifest.dependencies)],
      output: { chunkFileNames: 'chunks/[name].cjs' },
    },
  },
  resolve: { mainFields: ['module', 'main'] },
  plugins: process.env.WITHOUT_PLUGIN === 'true' ? [] : [studioMonitor()],
}
