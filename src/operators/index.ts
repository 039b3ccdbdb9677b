export { Counter } from '../flow/counter.js';
export { createFlow } from '../flow/hold.js';
export type * from '../flow/overflow.js';
export * from '../flow/stage.js';
export * from './detect-faces.js';
export * from './latest.js';
