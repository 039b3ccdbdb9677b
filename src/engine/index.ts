export { openEngine } from './open.js';
export type * from './types.js';
