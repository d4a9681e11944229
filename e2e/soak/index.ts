export { rows, summary } from './report'
export { growths, isGood } from './result'
export { soak } from './run'
