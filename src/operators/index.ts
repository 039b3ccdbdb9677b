export type * from '../flow/overflow.js';
