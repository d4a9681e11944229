import type { Plugin as EsbuildPlugin } from 'esbuild'
import type { Plugin as VitePlugin } from 'vite'
import { expect, it } from 'vitest'
import type { WebpackPluginInstance } from 'webpack'
import * as esbuild from './esbuild'
import * as vite from './vite'
import * as webpack from './webpack'

it('each plugin is one to its bundler, also by its type', () => {
  const plugins: [EsbuildPlugin, VitePlugin, WebpackPluginInstance] = [
    esbuild.studioMonitor(),
    vite.studioMonitor(),
    webpack.studioMonitor(),
  ]
  expect(plugins.map((plugin) => Object.keys(plugin))).toEqual([
    ['name', 'setup'],
    ['name', 'enforce', 'resolveId', 'renderChunk', 'writeBundle'],
    ['apply'],
  ])
})
