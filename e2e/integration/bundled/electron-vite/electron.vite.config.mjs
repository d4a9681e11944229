import { studioMonitor } from 'studio-datadog-monitor/vite'

export default {
  main: {
    logLevel: 'warn',
    plugins: [studioMonitor()],
    build: { rollupOptions: { input: 'source/main.mjs' } },
  },
}
